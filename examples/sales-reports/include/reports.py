"""What the DAG refreshes."""


def refresh() -> None:
    print("refreshed")
