"""The shared four tables as Django sees them."""

from django.db import models


class Place(models.Model):
    label = models.CharField(max_length=100)

    class Meta:
        db_table, managed, ordering = "bench_place", False, ("label",)

    def __str__(self):
        return self.label


class Contractor(models.Model):
    name = models.CharField(max_length=100)

    class Meta:
        db_table, managed, ordering = "bench_contractor", False, ("name",)

    def __str__(self):
        return self.name


class Category(models.Model):
    name = models.CharField(max_length=100)

    class Meta:
        db_table, managed, ordering = "bench_category", False, ("name",)

    def __str__(self):
        return self.name


class Issue(models.Model):
    number = models.CharField(max_length=40)
    state = models.CharField(max_length=20)
    description = models.TextField()
    entered_at = models.DateTimeField()
    place = models.ForeignKey(Place, models.PROTECT)
    category = models.ForeignKey(Category, models.PROTECT)
    contractor = models.ForeignKey(Contractor, models.PROTECT, null=True, blank=True)

    class Meta:
        db_table, managed = "bench_issue", False

    def __str__(self):
        return self.number
