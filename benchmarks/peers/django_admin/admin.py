"""The list of findings as a careful Django developer sets it up: joined, no second count, selects that ask."""

from django.contrib import admin

from benchmarks.peers.django_admin.models import Category, Contractor, Issue, Place


class Named(admin.ModelAdmin):
    search_fields = ("name",)


class Labelled(admin.ModelAdmin):
    search_fields = ("label",)


class IssueAdmin(admin.ModelAdmin):
    list_display = ("number", "place", "category", "contractor", "state", "description", "entered_at")
    list_select_related = ("place", "category", "contractor")
    list_filter = ("state", "contractor")
    list_per_page = 30
    ordering = ("-entered_at",)
    search_fields = ("description",)
    show_full_result_count = False
    autocomplete_fields = ("place", "category", "contractor")


admin.site.register(Issue, IssueAdmin)
admin.site.register(Place, Labelled)
admin.site.register((Category, Contractor), Named)
