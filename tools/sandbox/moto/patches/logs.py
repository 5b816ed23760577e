"""Patches moto's CloudWatch Logs where the state in moto differs from AWS."""

import json
import re

from moto.core.utils import unix_time_millis
from moto.logs.exceptions import InvalidParameterException, LimitExceededException
from moto.logs.exceptions import ResourceNotFoundException as LogsResourceNotFound
from moto.logs.models import LogsBackend
from moto.logs.responses import LogsResponse
from moto.moto_api._internal import mock_random


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


# moto has no saved queries of CloudWatch Logs Insights. Error texts are those of the sandbox.
# Source: AWS API `PutQueryDefinition`; CloudWatch Logs quotas.
MOST_QUERIES = 1000
MOST_GROUPS_OF_QUERY = 50
moto_init = LogsBackend.__init__


def init(self, region_name: str, account_id: str) -> None:
    moto_init(self, region_name, account_id)
    self.query_definitions = {}


def put_query_definition(self) -> str:
    backend = self.logs_backend
    name, query_id = self._get_param("name"), self._get_param("queryDefinitionId")
    groups = self._get_param("logGroupNames") or []
    if re.search(r"[:*]|^/|/$|//", name):
        raise InvalidParameterException("The name of a query definition has invalid characters.")
    if len(groups) > MOST_GROUPS_OF_QUERY:
        raise InvalidParameterException(f"A query definition can have at most {MOST_GROUPS_OF_QUERY} log groups.")
    for group in groups:
        metric_filters_of(backend, group)
    if query_id is not None and query_id not in backend.query_definitions:
        raise LogsResourceNotFound(msg="The specified query definition does not exist.")
    if query_id is None and len(backend.query_definitions) >= MOST_QUERIES:
        raise LimitExceededException()
    query_id = query_id or str(mock_random.uuid4())
    backend.query_definitions[query_id] = {
        "queryDefinitionId": query_id,
        "name": name,
        "queryString": self._get_param("queryString"),
        "queryLanguage": self._get_param("queryLanguage") or "CWLI",
        "lastModified": int(unix_time_millis()),
        "logGroupNames": groups,
    }
    return json.dumps({"queryDefinitionId": query_id})


def describe_query_definitions(self) -> str:
    start, prefix = self._get_param("nextToken") or "0", self._get_param("queryDefinitionNamePrefix") or ""
    if not start.isdigit():
        raise InvalidParameterException("The specified nextToken is invalid.")
    found = [query for query in self.logs_backend.query_definitions.values() if query["name"].startswith(prefix)]
    end = int(start) + (self._get_param("maxResults") or 1000)
    more = {"nextToken": str(end)} if end < len(found) else {}
    return json.dumps({"queryDefinitions": found[int(start) : end], **more})


def delete_query_definition(self) -> str:
    if self.logs_backend.query_definitions.pop(self._get_param("queryDefinitionId"), None) is None:
        raise LogsResourceNotFound(msg="The specified query definition does not exist.")
    return json.dumps({"success": True})


LogsBackend.__init__ = init
LogsResponse.put_query_definition = put_query_definition
LogsResponse.describe_query_definitions = describe_query_definitions
LogsResponse.delete_query_definition = delete_query_definition
