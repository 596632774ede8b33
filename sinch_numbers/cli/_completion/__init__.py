"""
Shell completion: scripts for bash, zsh and fish, and their candidates.

Candidates come from `table`, which is generated from the commands, so that completing a word
imports neither the commands nor a third-party package: a shell waits for it at each Tab.
"""
