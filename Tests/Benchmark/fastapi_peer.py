"""The peer that people would pick instead: FastAPI on uvicorn, the same work for each request.

POST /v1/score: a bearer token checked, the key and the body validated, the score computed, and one
SQLite transaction (WAL, synchronous=FULL) of an idempotency row, an event row and an outbox row.
usage: fastapi_peer.py PORT DATABASE
"""
import hashlib
import json
import sqlite3
import sys
import time
from decimal import ROUND_HALF_EVEN, Decimal

import uvicorn
from fastapi import FastAPI, Header, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field

database = sqlite3.connect(sys.argv[2], isolation_level=None, check_same_thread=False)
database.executescript(
    """
    PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
    CREATE TABLE idempotency(key TEXT PRIMARY KEY, fingerprint TEXT, body TEXT, expires INTEGER);
    CREATE TABLE events(id TEXT PRIMARY KEY, source TEXT, signals TEXT, score TEXT, action TEXT);
    CREATE TABLE outbox(id TEXT PRIMARY KEY, due INTEGER, body TEXT);
    CREATE INDEX outbox_due ON outbox(due);
    """
)
app = FastAPI(openapi_url=None)


class Signals(BaseModel):
    model_config = ConfigDict(extra="forbid")
    delay: Decimal = Field(ge=0, le=1, max_digits=7)
    weather: Decimal = Field(ge=0, le=1, max_digits=7)
    geo: Decimal = Field(ge=0, le=1, max_digits=7)
    payment_anomaly: int = Field(ge=0, le=1)


class Event(BaseModel):
    model_config = ConfigDict(extra="forbid")
    source: str = Field(max_length=16)
    signals: Signals


WEIGHTS = (("delay", 30), ("weather", 25), ("geo", 25), ("payment_anomaly", 20))


@app.post("/v1/score")
async def score(
    event: Event, authorization: str = Header(), idempotency_key: str = Header(max_length=255)
):
    if authorization != "Bearer benchmark":
        raise HTTPException(401)
    found = database.execute(
        "SELECT fingerprint, body FROM idempotency WHERE key = ?", (idempotency_key,)
    ).fetchone()
    fingerprint = hashlib.sha256(event.model_dump_json().encode()).hexdigest()
    if found:
        if found[0] != fingerprint:
            raise HTTPException(409)
        return Response(found[1], media_type="application/json")
    points = {name: weight * Decimal(getattr(event.signals, name)) for name, weight in WEIGHTS}
    total = sum(points.values()).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    action = "allow" if total < 30 else "review" if total < 60 else "hold"
    event_id = hashlib.sha256(idempotency_key.encode()).hexdigest()[:26]
    reasons = [{"code": name, "points": float(value)} for name, value in points.items() if value]
    body = json.dumps(
        {"event_id": event_id, "score": float(total), "action": action, "reasons": reasons}
    )
    now = int(time.time())
    database.execute("BEGIN IMMEDIATE")
    database.execute(
        "INSERT INTO idempotency VALUES (?, ?, ?, ?)",
        (idempotency_key, fingerprint, body, now + 86400),
    )
    database.execute(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?)",
        (event_id, event.source, event.signals.model_dump_json(), str(total), action),
    )
    database.execute("INSERT INTO outbox VALUES (?, ?, ?)", (event_id, now, body))
    database.execute("COMMIT")
    return Response(body, media_type="application/json")


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
