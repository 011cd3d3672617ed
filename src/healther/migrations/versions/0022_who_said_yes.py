"""What addresses say to mail by the operator's server; whoever gets it already has said yes"""

import time
from typing import Any

import sqlalchemy as sa
from alembic import op

from healther.core.columns import Id
from healther.core.ids import new_id

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_AT_ONCE = 1_000


def upgrade() -> None:
    table = op.create_table(
        "mailaddress",
        sa.Column("id", Id(), nullable=False),
        sa.Column("workspace_id", Id(), nullable=True),
        sa.Column("user_id", Id(), nullable=True),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("language", sa.String(8), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("ask_due_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("refused_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "address"),
        sa.UniqueConstraint("user_id", "address"),
    )
    due = sa.text("ask_due_at IS NOT NULL")
    op.create_index("ix_mailaddress_ask_due_at", "mailaddress", ["ask_due_at"], sqlite_where=due, postgresql_where=due)
    rows = [*_of_accounts(op.get_bind()), *_of_channels(op.get_bind())]
    for start in range(0, len(rows), _AT_ONCE):
        op.get_bind().execute(sa.insert(table), rows[start : start + _AT_ONCE])


def downgrade() -> None:
    op.drop_index("ix_mailaddress_ask_due_at", "mailaddress")
    op.drop_table("mailaddress")


def _of_accounts(bind: sa.Connection) -> list[dict[str, Any]]:
    users = sa.table("user", sa.column("id", Id()), sa.column("email", sa.String()))
    return [_said_yes(user_id=user_id, address=email) for user_id, email in bind.execute(sa.select(users))]


def _of_channels(bind: sa.Connection) -> list[dict[str, Any]]:
    channels = sa.table(
        "channel", sa.column("workspace_id", Id()), sa.column("kind", sa.String()), sa.column("options", sa.JSON())
    )
    query = sa.select(channels.c.workspace_id, channels.c.options).where(channels.c.kind == "email")
    found: dict[Any, None] = {}
    for workspace_id, options in bind.execute(query):
        if options.get("host") is None:
            found |= dict.fromkeys((workspace_id, str(each).lower()) for each in options.get("to", ()))
    return [_said_yes(workspace_id=workspace_id, address=address) for workspace_id, address in found]


def _said_yes(**whose: object) -> dict[str, Any]:
    return {
        "id": new_id(),
        "workspace_id": None,
        "user_id": None,
        "attempts": 0,
        "confirmed_at": time.time_ns() // 1_000_000,
        **whose,
    }
