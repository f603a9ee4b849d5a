"""The only place that wires the rooms together. Every face (command line, collection, portal) goes through here."""

from chonai.site.core import Author, Crew, Site
from chonai.site.settings import SiteSettings, find_site

__all__ = ["Author", "Crew", "Site", "SiteSettings", "find_site"]
