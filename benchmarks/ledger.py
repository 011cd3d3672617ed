"""90 days of daily uptime for 100 watchers over ten million events, through the function the API uses.

The history is written in bulk, but the way the pipeline leaves it: events, spans, hourly and daily rollups, hot rows.
"""

import asyncio
import gc
import random
import statistics
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col

from healther.accounts.models import Workspace
from healther.core.clock import DAY_MS, HOUR_MS, SECOND_MS, now_ms, to_utc
from healther.core.db import Database
from healther.core.ids import new_id
from healther.history.hour import append, fold
from healther.history.ledger import Segment, account
from healther.history.models import Span
from healther.history.rollups import add_rollups
from healther.history.service.daily import DailyBars, daily_bars
from healther.history.service.ledgers import in_workspace
from healther.migrations.run import upgrade
from healther.probes.base import Phases
from healther.watchers.models import ServiceWatcher, WatcherState
from healther.watchers.states import State
from zoneinfo import ZoneInfo

WATCHERS = 100
DAYS = 90
REPEATS = 30
