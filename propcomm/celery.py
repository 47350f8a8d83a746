"""Background work. A message is only a nudge: rows are the record, and the beat's sweeps find what a lost one meant."""

import os

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "propcomm.settings")

TASK_SECONDS = 600  # the longest task, a year's management pack, has this long

app = Celery("propcomm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    result_serializer="json",
    task_ignore_result=True,
    timezone="UTC",
    enable_utc=True,
    # A task is done when it is done: a killed worker's message goes to another.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_soft_time_limit=TASK_SECONDS - 30,
    task_time_limit=TASK_SECONDS,
    worker_max_tasks_per_child=500,
    worker_max_memory_per_child=700_000,  # KiB: large PDFs leave a process large
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    # A request that enqueues while the broker is down goes on at once; a worker waits for it to come back.
    task_publish_retry=True,
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1},
    broker_connection_timeout=1,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": TASK_SECONDS + 300,
        # Lost messages are looked for every interval times throttle seconds: by default every 100.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 25,
        "retry_on_timeout": False,
        # For who sends a message: one more try at once, not kombu's pause of two seconds.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
    },
)
app.autodiscover_tasks()


@signals.worker_init.connect
def refuse_unsafe_start(**_: object) -> None:
    """A worker whose database role would void the organisations' walls does not start."""
    from tenancy.checks import refuse_unsafe_start

    refuse_unsafe_start()


@signals.worker_process_shutdown.connect
def finish_sending(**_: object) -> None:
    """What a line has in its hand is finished before the process ends."""
    from notices.services import lines

    lines.stop()
