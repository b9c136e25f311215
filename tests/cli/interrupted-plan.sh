# Ctrl-C stops a plan at once: here one that waits for a server that never answers.
python3 -c '
import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
open("port.new", "w").write(str(s.getsockname()[1]))
import os; os.rename("port.new", "port")
c = s.accept(); open("asked", "w").close()
import time; time.sleep(60)' &
server=$!
trap 'kill $server' EXIT
until_there port
cat >main.styx <<S
lookup page: std.http { url = "http://127.0.0.1:$(cat port)/" }
output status: int = page.status_code
S
python3 - <<'P'
import os, signal, subprocess, time
child = subprocess.Popen(["styx", "plan"], preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
end = time.monotonic() + 10
while not os.path.exists("asked") and time.monotonic() < end:
    time.sleep(0.05)
child.send_signal(signal.SIGINT)
assert child.wait(5) == -signal.SIGINT, child.returncode
P
