"""Rebuild the sales reports every morning."""

import imp
from datetime import datetime

from airflow.sdk import dag, task


@dag(schedule="@daily", start_date=datetime(2026, 1, 1), catchup=False)
def refresh_reports():
    @task
    def refresh():
        reports = imp.load_source("reports", "/usr/local/airflow/include/reports.py")
        reports.refresh()

    refresh()


refresh_reports()
