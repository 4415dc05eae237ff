"""how files were read, and files to be read anew"""

from alembic import op
import sqlalchemy as sa

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('versions', sa.Column('report', sa.JSON(), nullable=True))
    op.add_column('job_files', sa.Column('again', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index('ix_job_files_counted', 'job_files', ['job_id', 'state', 'updated_at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_job_files_counted', 'job_files')
    op.drop_column('job_files', 'again')
    op.drop_column('versions', 'report')
