"""Gunicorn's settings for Atrium and every peer: two plain workers."""

import os

workers, worker_class = 2, "sync"
bind = [f"127.0.0.1:{os.environ['BENCH_PORT']}"]
timeout = 300
control_socket_disable = True
loglevel = "warning"
