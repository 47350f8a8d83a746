"""What beat asks for and how often. Everything due is a column that a sweep scans; nothing waits in the broker."""

from celery.schedules import crontab

# A sweep that waited longer than its turn is not needed any more: the next one does its work.
RHYTHM = {
    "send-what-waits": {"task": "notices.tasks.send_waiting_deliveries", "schedule": 5.0, "options": {"expires": 10}},
    # A message that came back is followed by the next channel within a minute.
    "take-chain-steps": {"task": "notices.tasks.take_due_steps", "schedule": 10.0, "options": {"expires": 20}},
    "send-due-notices": {"task": "notices.tasks.send_due_notices", "schedule": 3.0, "options": {"expires": 6}},
    "write-digests": {"task": "notices.tasks.write_due_digests", "schedule": 60.0, "options": {"expires": 120}},
    "make-waiting-proofs": {"task": "notices.tasks.make_waiting_proofs", "schedule": 10.0, "options": {"expires": 20}},
    "sweep-complaints": {"task": "complaints.tasks.sweep_clocks", "schedule": 30.0, "options": {"expires": 60}},
    # Each hour: an organisation is reminded in its own morning, once of each thing.
    "remind-of-due": {
        "task": "contacts.tasks.remind_of_due",
        "schedule": crontab(minute=10),
        "options": {"expires": 3000},
    },
    "remind-of-tasks": {
        "task": "complaints.tasks.remind_of_tasks",
        "schedule": crontab(minute=15),
        "options": {"expires": 3000},
    },
    "remind-of-accounts": {
        "task": "disclosures.tasks.remind_of_accounts",
        "schedule": crontab(minute=20),
        "options": {"expires": 3000},
    },
    "remind-of-articles": {
        "task": "disclosures.tasks.remind_of_articles",
        "schedule": crontab(minute=25),
        "options": {"expires": 3000},
    },
    "sweep-publications": {
        "task": "disclosures.tasks.sweep_publications",
        "schedule": crontab(minute=5),
        "options": {"expires": 3000},
    },
    "sweep-campaigns": {
        "task": "disclosures.tasks.sweep_campaigns",
        "schedule": crontab(minute=35),
        "options": {"expires": 3000},
    },
    "sweep-outages": {"task": "contacts.tasks.sweep_outages", "schedule": 10.0, "options": {"expires": 20}},
    "make-waiting-reports": {"task": "reports.tasks.make_waiting_reports", "schedule": 10, "options": {"expires": 20}},
    "read-returned-mail": {"task": "notices.tasks.read_returned_mail", "schedule": 30.0, "options": {"expires": 30}},
    "read-mail": {"task": "complaints.tasks.read_mail", "schedule": 30.0, "options": {"expires": 30}},
    "make-waiting-paper": {"task": "notices.tasks.make_waiting_paper", "schedule": 10.0, "options": {"expires": 20}},
    "run-waiting-imports": {"task": "owners.tasks.run_waiting_imports", "schedule": 10.0, "options": {"expires": 20}},
    "export-audit-heads": {"task": "audit.tasks.export_heads", "schedule": 600.0, "options": {"expires": 600}},
    "beat-heart": {"task": "propcomm.tasks.beat_heart", "schedule": 30.0, "options": {"expires": 30}},
    "check-waiting-uploads": {
        "task": "attachments.tasks.check_waiting_uploads",
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    "make-waiting-exports": {"task": "privacy.tasks.make_waiting_exports", "schedule": 10, "options": {"expires": 20}},
    # At night by the server's clock: what is kept no longer.
    "sweep-retention": {
        "task": "privacy.tasks.sweep_retention",
        "schedule": crontab(hour=2, minute=40),
        "options": {"expires": 3600},
    },
    "reset-second-factors": {"task": "notices.tasks.reset_due_factors", "schedule": 60.0, "options": {"expires": 120}},
    "tidy-up": {"task": "propcomm.tasks.tidy_up", "schedule": 900.0, "options": {"expires": 900}},
}
