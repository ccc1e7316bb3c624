"""The reference: bare Flask and Jinja, four Core reads by primary key, a page of the same bytes; and one write of two rows."""

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, request
from sqlalchemy import MetaData, Table, create_engine, event, select
from sqlalchemy.dialects import postgresql, sqlite

url, page_file, answer_file = os.environ["REFERENCE_URL"], os.environ["REFERENCE_PAGE"], os.environ["REFERENCE_ANSWER"]
engine = create_engine(url, pool_size=20, max_overflow=40)
if url.startswith("sqlite"):

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


tables = MetaData()
sign_in, person, enrolment, state, score = (
    Table(name, tables, autoload_with=engine) for name in ("sign_in", "person", "enrolment", "block_state", "score")
)
new = (postgresql if url.startswith("postgresql") else sqlite).insert
READS, COURSE, BLOCK = int(os.environ["REFERENCE_READS"]), int(os.environ["REFERENCE_COURSE"]), os.environ["REFERENCE_BLOCK"]
NOW, app = datetime.now(UTC), Flask(__name__)
template = app.jinja_env.from_string(Path(page_file).read_text().replace("{", "&#123;") + "{{ person.user_name }}{{ n }}")
answer = Path(answer_file).read_bytes()


@app.get("/page")
def page() -> str:
    who, token = request.cookies["takwin"].split("#")
    with engine.connect() as connection:
        connection.execute(select(sign_in).where(sign_in.c.person_id == int(who), sign_in.c.token_hash == token)).first()
        row = connection.execute(select(person).where(person.c.id == int(who))).one() if READS > 1 else None
        mine = (enrolment.c.person_id == int(who)) & (enrolment.c.course_id == COURSE)
        found = connection.execute(select(enrolment).where(mine)).first() if READS > 1 else None
        key = (state.c.person_id == int(who)) & (state.c.course_id == COURSE) & (state.c.block_id == BLOCK)
        kept = connection.execute(select(state).where(key)).first() if READS > 1 else None
    return template.render(person=row, n=len(kept or found or ()))


@app.post("/answer")
def write() -> Response:
    who = int(request.cookies["takwin"].split("#")[0])
    key = {"person_id": who, "course_id": COURSE, "block_id": BLOCK}
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        kept, points = {"version": 1, "state": "{}", "updated_at": NOW}, {"earned": 1, "possible": 1, "scored_at": NOW}
        for table, values in ((state, kept), (score, points)):
            statement = new(table).values(**key, **values)
            connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=values))
    return Response(answer, mimetype="application/json")
