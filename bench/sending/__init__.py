"""What the measures of sending share: a project to send from, a receiver, and who sends.

Everything that is measured runs in processes of its own, so that the harness takes no time of
theirs; the receiver and the yardstick are postfix's smtp-sink and smtp-source.
"""
