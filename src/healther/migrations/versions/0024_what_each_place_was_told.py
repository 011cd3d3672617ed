"""What each place was told of an incident is read from an index alone; what a policy is at work on is found by one"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_delivery_incident_id_told",
        "delivery",
        ["incident_id", "state", "kind", "channel_id", "user_id", "created_at"],
    )
    op.drop_index("ix_delivery_incident_id", "delivery")
    op.create_index(op.f("ix_alertrun_policy_id"), "alertrun", ["policy_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_alertrun_policy_id"), "alertrun")
    op.create_index("ix_delivery_incident_id", "delivery", ["incident_id"])
    op.drop_index("ix_delivery_incident_id_told", "delivery")
