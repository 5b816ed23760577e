"""Patches moto's CloudWatch Logs where the state in moto differs from AWS."""

from moto.core.utils import unix_time_millis
from moto.logs.exceptions import ResourceNotFoundException as LogsResourceNotFound
from moto.logs.models import LogsBackend


# A metric filter requires an existing log group, replaces a filter with the same name, and is deleted with its log group.
moto_put_metric_filter = LogsBackend.put_metric_filter
moto_describe_metric_filters = LogsBackend.describe_metric_filters
moto_delete_log_group = LogsBackend.delete_log_group


def metric_filters_of(self, group: str, name: "str | None" = None) -> list:
    if group not in self.groups:
        raise LogsResourceNotFound(msg="The specified log group does not exist.")
    of_group = [item for item in self.filters.metric_filters if item["logGroupName"] == group]
    return [item for item in of_group if name in (None, item["filterName"])]


def put_metric_filter(self, filter_name, filter_pattern, log_group_name, metric_transformations) -> None:
    for metric_filter in metric_filters_of(self, log_group_name, filter_name):
        self.filters.metric_filters.remove(metric_filter)
    moto_put_metric_filter(self, filter_name, filter_pattern, log_group_name, metric_transformations)
    self.filters.metric_filters[-1]["creationTime"] = int(unix_time_millis())


def describe_metric_filters(self, prefix=None, log_group_name=None, metric_name=None, metric_namespace=None) -> list:
    if log_group_name is not None:
        metric_filters_of(self, log_group_name)
    return moto_describe_metric_filters(self, prefix, log_group_name, metric_name, metric_namespace)


def delete_metric_filter(self, filter_name=None, log_group_name=None) -> None:
    found = metric_filters_of(self, log_group_name, filter_name)
    if not found:
        raise LogsResourceNotFound(msg="The specified metric filter does not exist.")
    self.filters.metric_filters.remove(found[0])


def delete_log_group(self, log_group_name: str) -> None:
    found = metric_filters_of(self, log_group_name)
    moto_delete_log_group(self, log_group_name)
    for metric_filter in found:
        self.filters.metric_filters.remove(metric_filter)


LogsBackend.put_metric_filter = put_metric_filter
LogsBackend.describe_metric_filters = describe_metric_filters
LogsBackend.delete_metric_filter = delete_metric_filter
LogsBackend.delete_log_group = delete_log_group
