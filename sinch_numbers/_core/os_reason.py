"""The operating system's reason of an error, for messages."""


def os_reason(error: BaseException, otherwise: str | None = None) -> str:
    """
    Return the reason of *error*, such as "No such file or directory".

    Errors without one are named by *otherwise*, or by their class: the text of an error may
    quote a URL, a header, or a password.
    """
    reason = getattr(error, "strerror", None)
    return reason if isinstance(reason, str) else otherwise or type(error).__name__
