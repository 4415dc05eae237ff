"""How Alembic runs our migrations: on the connection that ``vectorstore.database`` hands over."""

from alembic import context

from vectorstore.database import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
