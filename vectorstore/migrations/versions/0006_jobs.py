"""files on their way into collections"""

from alembic import op
import sqlalchemy as sa

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('jobs',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('collection', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs'))
    )
    op.create_table('job_files',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('job_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('kept', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('queued', 'parsing', 'embedding', 'indexing', 'ready', 'refused', 'failed', 'cancelled', name='filestate', native_enum=False, length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('chunks', sa.Integer(), nullable=False),
    sa.Column('chunks_done', sa.Integer(), nullable=False),
    sa.Column('warnings', sa.JSON(), nullable=False),
    sa.Column('refusal', sa.JSON(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_job_files_job_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_files'))
    )
    op.create_index(op.f('ix_job_files_job_id'), 'job_files', ['job_id'], unique=False)
    op.create_index(op.f('ix_job_files_state'), 'job_files', ['state'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_job_files_state'), 'job_files')
    op.drop_index(op.f('ix_job_files_job_id'), 'job_files')
    op.drop_table('job_files')
    op.drop_table('jobs')
