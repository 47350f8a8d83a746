from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class PropcommConfig(AppConfig):
    name = "propcomm"


class StaffSiteConfig(admin_apps.AdminConfig):
    default_site = "propcomm.admin_site.StaffSite"
