"""Where decisions meet data: launch, enroll, plan, send, receive, apply, rescue, why.

Each part reads facts by `worker.store`, asks `worker.core` what to do, and writes what follows in
one transaction. Time comes in as `now`; nothing here asks a clock but the sender, which is given
one because transmissions take time.
"""
