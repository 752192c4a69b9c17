"""Bytes on their way out: accepted, deferred, refused or in doubt.

A host is reached at any of its addresses (`reach`), and `aiosmtplib` greets, secures and logs in
(`opening`); from there on the conversation is our own (`conversation`, `wire`), so that it can be
pipelined and so that every byte is known to be sent or not. A `pool` keeps the connections of one
account. Whatever happens comes back as a value (`outcome`), never as an exception; `verdict`
decides what a server's answer means.

The steps of one message: `offer` (MAIL, RCPT, DATA) → the caller releases the body, in a commit of
its own → `transmit` (the body and its final dot) → outcome.
"""
