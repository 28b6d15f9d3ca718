"""Runs a program on a terminal of its own, and types for it.

    python3 on-a-terminal.py '[["wait for this", "type this"], ...]' PROGRAM WORD...

Prints as JSON the exit code, everything the terminal showed, and whether it echoes again at the end.
"""

import json
import os
import pty
import sys
import termios

answers = json.loads(sys.argv[1])
process, terminal = pty.fork()
if process == 0:
    os.execv(sys.argv[2], sys.argv[2:])

shown = b""
echoes = True
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    if piece == b"":
        break
    shown += piece
    if answers and answers[0][0].encode() in shown:
        os.write(terminal, answers.pop(0)[1].encode())
    echoes = bool(termios.tcgetattr(terminal)[3] & termios.ECHO)

_, status = os.waitpid(process, 0)
print(json.dumps({"code": os.waitstatus_to_exitcode(status), "shown": shown.decode(), "echoes": echoes}))
