"""What happens in a workspace, told to whoever has it open: server-sent events, read from the database.

read.py asks the database once a second for all streams of the process; diff.py says what is new since the last time;
room.py keeps what was told lately, for those who come back; stream.py is one listener; hub.py holds them together
(docs/live.md, docs/adr/0013-live-by-comparing.md).
"""
