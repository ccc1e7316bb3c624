"""The part that runs inside the sandbox: a server that forks one short-lived process for each call.

It imports nothing of Takwin: only this folder, the interpreter and its packages can be seen from in there.
"""
