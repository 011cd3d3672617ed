"""What surrounds healther: Redis and the workers behind it, its own line, and the machine's clock."""

import asyncio
import time

from redis.exceptions import RedisError
from rq import Queue, Worker

from healther.cli.diagnosis.finding import Finding, counted, note, ok, problem
from healther.core.clock import SECOND_MS, now_ms, to_utc
from healther.core.mail_url import parse_mail_url
from healther.core.settings import Settings
from healther.monitoring.dispatch_rq import MAX_QUEUED_JOBS, connect, queue_name
from healther.net.reach import reaches

_REFERENCE_TIMEOUT_S = 3.0
_STEP_MS = 100
# No healther is older: a clock before this was never set.
_BUILT_MS = 1_790_000_000 * SECOND_MS


def examine_redis(settings: Settings) -> list[Finding]:
    """Redis, the queue of this region and the workers seen on it."""
    if settings.redis_url is None:
        return [ok("redis", "HEALTHER_REDIS_URL is not set: checks run inside `healther up` (embedded)")]
    name = queue_name(settings.region)
    try:
        redis = connect(settings.redis_url)
        version = redis.info("server").get("redis_version", "of unknown version")
        queue = Queue(name, connection=redis)
        queued, workers = queue.count, Worker.count(queue=queue)
    except (RedisError, ValueError, OSError) as error:
        what = f"does not answer: {str(error)[:200]}; workers meanwhile check on their own, without sharing the load"
        return [problem("redis", f"HEALTHER_REDIS_URL {what}")]
    findings = [ok("redis", f"answers (version {version})")]
    said = f"{counted(queued, 'batch waits', 'batches wait')} on {name}"
    findings.append(
        note("queue", f"{said}: workers do not keep up, start more") if queued >= MAX_QUEUED_JOBS else ok("queue", said)
    )
    findings.append(
        ok("workers", f"{workers} on {name}")
        if workers
        else note("workers", f"none is seen on {name}: start `healther worker`, or checks in this region stand still")
    )
    return findings


async def examine_references(settings: Settings) -> Finding:
    """Whether the reference targets can be reached, by which healther tells its own line's failure from theirs."""
    targets = settings.reference_targets
    if not targets:
        return note(
            "references",
            "HEALTHER_REFERENCE_TARGETS is empty: when healther's own network fails, every service will look down",
        )
    answers = await asyncio.gather(*(reaches(target, _REFERENCE_TIMEOUT_S) for target in targets))
    reached = [target for target, answer in zip(targets, answers, strict=True) if answer]
    if reached:
        return ok("references", f"{len(reached)} of {len(targets)} can be reached: {', '.join(reached)}")
    return note(
        "references",
        f"none of {', '.join(targets)} can be reached: healther cannot tell its own network's failure from a "
        "service's; name others in HEALTHER_REFERENCE_TARGETS that this machine reaches",
    )


async def examine_mail(settings: Settings) -> Finding:
    """Whether healther can send mail by itself, and its server accepts connections."""
    if settings.smtp_url is None or settings.mail_from is None:
        missing = "HEALTHER_SMTP_URL" if settings.smtp_url is None else "HEALTHER_MAIL_FROM"
        return note(
            "mail",
            f"{missing} is not set: alerts by mail are not sent, unless a channel names a mail server of its own",
        )
    url = parse_mail_url(settings.smtp_url)
    place = f"{url.host}:{url.port}"
    if not await reaches(f"[{url.host}]:{url.port}" if ":" in url.host else place, _REFERENCE_TIMEOUT_S):
        return problem("mail", f"the mail server {place} (HEALTHER_SMTP_URL) does not accept connections")
    return ok("mail", f"{place} accepts connections; mail comes from {settings.mail_from}")


class ClockWatch:
    """The wall clock against the monotonic one for as long as the doctor works."""

    def __init__(self) -> None:
        self._wall_ms, self._ticks = now_ms(), time.monotonic()

    def finding(self) -> Finding:
        """Whether the wall clock is plausible and ran on steadily."""
        wall_ms, ticks = now_ms(), time.monotonic()
        if wall_ms < _BUILT_MS:
            return problem("clock", f"this machine believes it is {to_utc(wall_ms):%Y-%m-%d %H:%M}Z: set its clock")
        stepped = (wall_ms - self._wall_ms) - (ticks - self._ticks) * SECOND_MS
        if abs(stepped) > _STEP_MS:
            return note("clock", f"it was stepped by {stepped / SECOND_MS:+.1f} s just now: let NTP slew it instead")
        return ok("clock", f"it is {to_utc(wall_ms):%Y-%m-%d %H:%M:%S}Z and runs on steadily")
