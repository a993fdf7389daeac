"""Communities on this machine, and what an actor may do in them."""

from pipeline.access.communities import community_folder, community_names
from pipeline.access.permissions import Action, may, require, visible

__all__ = ["Action", "community_folder", "community_names", "may", "require", "visible"]
