"""The web server. `GUNICORN_CMD_ARGS` and the command line override it."""

import os
from pathlib import Path

wsgi_app = "propcomm.wsgi:application"
bind = [f"0.0.0.0:{os.environ.get('PORT', '8000')}"]
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True
# Heartbeats on a disk that stalls would get a worker killed.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# A proxy in front is believed about the scheme when its address is listed; `*` inside a private network.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
logger_class = "propcomm.gunicorn_logs.GunicornLogger"
