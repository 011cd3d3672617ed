"""Words prepared for updates."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from healther.accounts.service.workspaces import lock_workspace
from healther.core.errors import ConflictProblem, NotFoundProblem
from healther.incidents.models import UpdateTemplate
from healther.incidents.schemas import UpdateTemplateBody

MOST_TEMPLATES = 200


async def list_templates(
    session: AsyncSession, workspace_id: UUID, *, after: tuple[str, UUID] | None, limit: int
) -> Sequence[UpdateTemplate]:
    """A workspace's templates by name, after the given (name, id)."""
    name, key = col(UpdateTemplate.name), col(UpdateTemplate.id)
    query = select(UpdateTemplate).where(UpdateTemplate.workspace_id == workspace_id)
    if after is not None:
        query = query.where((name > after[0]) | ((name == after[0]) & (key > after[1])))
    return (await session.exec(query.order_by(name, key).limit(limit))).all()


async def load_template(session: AsyncSession, workspace_id: UUID, template_id: UUID) -> UpdateTemplate:
    """The template, if it is the workspace's; raises NotFoundProblem."""
    query = select(UpdateTemplate).where(UpdateTemplate.id == template_id, UpdateTemplate.workspace_id == workspace_id)
    template = (await session.exec(query)).first()
    if template is None:
        raise NotFoundProblem("There is no such template in this workspace.")
    return template


async def add_template(
    session: AsyncSession, workspace_id: UUID, body: UpdateTemplateBody, now_ms: int
) -> UpdateTemplate:
    """A new template; raises ConflictProblem when there are as many as there may be."""
    await lock_workspace(session, workspace_id)
    counting = select(func.count()).select_from(UpdateTemplate).where(UpdateTemplate.workspace_id == workspace_id)
    if (await session.exec(counting)).one() >= MOST_TEMPLATES:
        raise ConflictProblem(f"A workspace has {MOST_TEMPLATES} templates at most: delete one first.")
    template = UpdateTemplate(workspace_id=workspace_id, created_at=now_ms, **body.model_dump())
    session.add(template)
    await session.flush()
    return template
