"""Where moto 5.2.5 differs from AWS in the state it keeps. What can be set right from outside is in tools/sandbox/server/services.

Importing this module changes moto, once.
"""

import copy
import json
from fnmatch import fnmatchcase
from ipaddress import ip_network

import xmltodict
from moto.core.responses import ActionResult
from moto.core.utils import unix_time_millis
from moto.ec2.exceptions import (
    EC2ClientError,
    InvalidSecurityGroupNotFoundError,
    InvalidSecurityGroupRuleIdNotFoundError,
    InvalidVPCPeeringConnectionIdError,
)
from moto.ec2.models import EC2Backend
from moto.ec2.models import vpcs as vpc_models
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.vpc_peering_connections import VPCPeeringConnection, VPCPeeringConnectionBackend
from moto.ec2.responses.dhcp_options import DHCPOptions
from moto.ec2.responses.vpc_peering_connections import VPCPeeringConnections
from moto.ec2.responses.vpcs import VPCs
from moto.ec2.utils import random_private_ip, random_resource_id
from moto.iam.exceptions import EntityAlreadyExists
from moto.iam.models import IAMBackend, SAMLProvider
from moto.iam.responses import IamResponse
from moto.kms import models as kms_models
from moto.kms.exceptions import ValidationException
from moto.kms.responses import KmsResponse
from moto.logs.exceptions import ResourceNotFoundException as LogsResourceNotFound
from moto.logs.models import LogsBackend
from moto.moto_api._internal import mock_random
from moto.route53.exceptions import Route53ClientError
from moto.route53.models import ChangeList, Route53Backend
from moto.route53.responses import Route53
from moto.s3.exceptions import InvalidBucketState
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.responses import S3Response


# ---- EC2: no account has a default VPC; accounts of the organizations that this product is made for have theirs removed ----


class NoDefaultVpc:
    """Stands where moto expects the default VPC: whoever needs its id gets AWS's answer for an account without one."""

    @property
    def id(self):
        raise EC2ClientError("VPCIdNotSpecified", "No default VPC for this user")


EC2Backend.create_default_vpc = lambda self: NoDefaultVpc()


# ---- EC2: an endpoint that was deleted is gone; moto goes on telling about it ----

delete_vpc_endpoints = EC2Backend.delete_vpc_endpoints


def delete_vpc_endpoints_for_good(self, vpce_ids=None) -> None:
    delete_vpc_endpoints(self, vpce_ids)
    for vpce_id in vpce_ids or []:
        self.vpc_end_points.pop(vpce_id, None)


EC2Backend.delete_vpc_endpoints = delete_vpc_endpoints_for_good

# ---- EC2: an endpoint that gets or loses tables and subnets gets or loses its routes and interfaces there ----

modify_vpc_endpoint = EC2Backend.modify_vpc_endpoint


def subnet_of(interface) -> str:
    return interface.subnet if isinstance(interface.subnet, str) else interface.subnet.id


def modify_vpc_endpoint_and_what_hangs_on_it(self, vpc_id, **changes) -> None:
    endpoint = self.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])[0]
    tables, subnets = set(endpoint.route_table_ids or []), set(endpoint.subnet_ids or [])
    for table in changes["add_route_tables"]:
        self.get_route_table(table)
    for subnet in changes["add_subnets"]:
        self.get_subnet(subnet)
    modify_vpc_endpoint(self, vpc_id, **changes)
    prefix_list = endpoint.destination_prefix_list_id
    for table in set(changes["add_route_tables"]) - tables:
        self.create_route(table, None, gateway_id=vpc_id, destination_prefix_list_id=prefix_list)
    for table in set(changes["remove_route_tables"]) & tables:
        self.delete_route(table, prefix_list)
    for subnet in set(changes["add_subnets"]) - subnets:
        endpoint.network_interface_ids.append(self.create_network_interface(subnet, random_private_ip()).id)
    for interface in [self.enis[eni] for eni in endpoint.network_interface_ids or [] if eni in self.enis]:
        if subnet_of(interface) in changes["remove_subnets"]:
            endpoint.network_interface_ids.remove(interface.id)
            self.enis.pop(interface.id)


EC2Backend.modify_vpc_endpoint = modify_vpc_endpoint_and_what_hangs_on_it

answer_modify_vpc_endpoint = VPCs.modify_vpc_endpoint


def modify_vpc_endpoint_and_its_private_dns(self) -> ActionResult:
    answer = answer_modify_vpc_endpoint(self)
    private_dns = self._get_param("PrivateDnsEnabled")
    if private_dns is not None:
        [endpoint] = self.ec2_backend.describe_vpc_endpoints(vpc_end_point_ids=[self._get_param("VpcEndpointId")])
        endpoint.private_dns_enabled = str(private_dns).lower() == "true"
    return answer


VPCs.modify_vpc_endpoint = modify_vpc_endpoint_and_its_private_dns

# ---- EC2: names of endpoints are of the form that aliases, and firewalls of DNS, go by ----


def create_dns_entries(service_name: str, vpc_endpoint_id: str) -> dict:
    # com.amazonaws.<region>.<service>, aws.sagemaker.<region>.<part> or com.amazonaws.vpce.<region>.<id>
    parts = [part for part in service_name.split(".") if part not in ("com", "aws", "amazonaws", "vpce")]
    at = next(index for index, part in enumerate(parts) if part.count("-") > 1)
    host = ".".join(reversed(parts[at + 1 :] + parts[:at]))
    return {
        "dns_name": f"{vpc_endpoint_id}-{random_resource_id(8)}.{host}.{parts[at]}.vpce.amazonaws.com",
        "hosted_zone_id": "Z" + random_resource_id(13).upper(),
    }


vpc_models.create_dns_entries = create_dns_entries

# ---- EC2: a NAT gateway that was deleted leaves its subnet and gives its address back; one that never was is an error ----


def delete_nat_gateway(self, nat_gateway_id: str):
    gateway = self.nat_gateways.get(nat_gateway_id)
    if gateway is None:
        raise EC2ClientError("NatGatewayNotFound", f"NAT gateway {nat_gateway_id} was not found")
    if gateway.state != "deleted":
        for address in self.addresses:
            if address.eni is gateway._eni:
                self.disassociate_address(association_id=address.association_id)
        self.delete_network_interface(gateway._eni.id)
        gateway.state = "deleted"
    return gateway


EC2Backend.delete_nat_gateway = delete_nat_gateway

# ---- EC2: DHCP options keep the tags that they are made with ----

create_dhcp_options = DHCPOptions.create_dhcp_options


def create_tagged_dhcp_options(self):
    answer = create_dhcp_options(self)
    answer.result["DhcpOptions"].add_tags(self._parse_tag_specification().get("dhcp-options", {}))
    return answer


DHCPOptions.create_dhcp_options = create_tagged_dhcp_options

# ---- EC2: rules that name a group or a prefix list keep their description, and can be changed ----

make_rule = SecurityGroupRule.__init__


def make_described_rule(self, ec2_backend, ip_protocol, group_id, from_port, to_port, ip_range, source_group=None, prefix_list_id=None, **more):
    make_rule(self, ec2_backend, ip_protocol, group_id, from_port, to_port, ip_range, source_group, prefix_list_id, **more)
    self.own_description = (source_group or prefix_list_id or {}).get("Description")


SecurityGroupRule.__init__ = make_described_rule
SecurityGroupRule.description = property(lambda self: self.ip_range.get("Description") or self.own_description)


def modify_security_group_rules(self, group_id: str, rules: dict) -> None:
    group = self.get_security_group_from_id(group_id)
    if group is None:
        raise InvalidSecurityGroupNotFoundError(group_id)
    found = [(group.get_rule(rule_id), rule_id, new) for rule_id, new in rules.items()]
    for rule, rule_id, new in found:
        if rule is None:
            raise InvalidSecurityGroupRuleIdNotFoundError(rule_id)
    for rule, _rule_id, new in found:
        rule.ip_protocol = new["IpProtocol"]
        ports = (None, None) if rule.ip_protocol == "-1" else (new["FromPort"], new["ToPort"])
        rule.from_port, rule.to_port = ports
        rule.ip_range = {to: new[key] for key, to in (("CidrIpv4", "CidrIp"), ("CidrIpv6", "CidrIpv6")) if key in new}
        rule.source_group = {"GroupId": new["ReferencedGroupId"]} if "ReferencedGroupId" in new else {}
        rule.prefix_list_id = new.get("PrefixListId")
        rule.own_description = new.get("Description")


EC2Backend.modify_security_group_rules = modify_security_group_rules

# ---- EC2: VPCs whose ranges overlap can't be peered; peerings are found by filters and not only by id ----

create_vpc_peering_connection = VPCPeeringConnectionBackend.create_vpc_peering_connection


def ranges_of(vpc) -> list:
    return [ip_network(association["cidr_block"]) for association in vpc.get_cidr_block_association_set(ipv6=False)]


def create_vpc_peering_connection_of_apart(self, vpc, peer_vpc, tags=None) -> VPCPeeringConnection:
    peering = create_vpc_peering_connection(self, vpc, peer_vpc, tags)
    if any(ours.overlaps(theirs) for ours in ranges_of(vpc) for theirs in ranges_of(peer_vpc)):
        peering._status.code = "failed"
        peering._status.message = "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range"
    return peering


VPCPeeringConnectionBackend.create_vpc_peering_connection = create_vpc_peering_connection_of_apart

peering_filters = {
    "accepter-vpc-info.vpc-id": lambda peering: peering.peer_vpc.id,
    "requester-vpc-info.vpc-id": lambda peering: peering.vpc.id,
    "status-code": lambda peering: peering.status["Code"],
    "vpc-peering-connection-id": lambda peering: peering.id,
}


def fits_filter(peering, name: str, values: list) -> bool:
    if name.startswith("tag:"):
        return any(tag["key"] == name[4:] and tag["value"] in values for tag in peering.get_tags())
    if name not in peering_filters:
        raise EC2ClientError("InvalidParameterValue", f"The filter '{name}' is invalid")
    return peering_filters[name](peering) in values


def describe_vpc_peering_connections(self) -> ActionResult:
    ids = self._get_param("VpcPeeringConnectionIds", [])
    found = [self.ec2_backend.get_vpc_peering_connection(one) for one in ids] or self.ec2_backend.describe_vpc_peering_connections()
    filters = self._filters_from_querystring()
    return ActionResult({"VpcPeeringConnections": [one for one in found if all(fits_filter(one, *each) for each in filters.items())]})


VPCPeeringConnections.describe_vpc_peering_connections = describe_vpc_peering_connections


def no_such_peering(self, peering_id: str) -> None:
    EC2ClientError.__init__(self, "InvalidVpcPeeringConnectionID.NotFound", f"The vpcPeeringConnection ID '{peering_id}' does not exist")


InvalidVPCPeeringConnectionIdError.__init__ = no_such_peering

# ---- IAM: a SAML provider has tags and an id of its own; its name is taken once, and only one that exists can be deleted ----

make_saml_provider = SAMLProvider.__init__
create_saml_provider = IAMBackend.create_saml_provider
delete_saml_provider = IAMBackend.delete_saml_provider
answer_create_saml_provider = IamResponse.create_saml_provider


def make_identified_saml_provider(self, *args, **more) -> None:
    make_saml_provider(self, *args, **more)
    self.saml_provider_uuid = "".join(mock_random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=26))
    self.tags = []


def create_new_saml_provider(self, name: str, saml_metadata_document: str) -> SAMLProvider:
    if name in self.saml_providers:
        raise EntityAlreadyExists(f"SAML provider {name} already exists.")
    return create_saml_provider(self, name, saml_metadata_document)


def create_tagged_saml_provider(self) -> ActionResult:
    answer = answer_create_saml_provider(self)
    tags = list(self.backend._tag_verification(self._get_param("Tags", [])).values())
    self.backend.get_saml_provider(answer.result["SAMLProviderArn"]).tags = tags
    return ActionResult({**answer.result, "Tags": tags})


def delete_saml_provider_that_is_there(self, saml_provider_arn: str) -> None:
    self.get_saml_provider(saml_provider_arn)
    delete_saml_provider(self, saml_provider_arn)


def update_saml_provider(self, saml_provider_arn: str, saml_metadata_document: "str | None") -> SAMLProvider:
    provider = self.get_saml_provider(saml_provider_arn)
    provider.saml_metadata_document = saml_metadata_document or provider.saml_metadata_document
    return provider


SAMLProvider.__init__ = make_identified_saml_provider
IAMBackend.create_saml_provider = create_new_saml_provider
IAMBackend.delete_saml_provider = delete_saml_provider_that_is_there
IAMBackend.update_saml_provider = update_saml_provider
IamResponse.create_saml_provider = create_tagged_saml_provider

# ---- Logs: a metric filter belongs to a group that exists, and is replaced by one of the same name; it goes with its group ----

put_metric_filter = LogsBackend.put_metric_filter
describe_metric_filters = LogsBackend.describe_metric_filters
delete_log_group = LogsBackend.delete_log_group


def filters_of(self, group: str, name: "str | None" = None) -> list:
    if group not in self.groups:
        raise LogsResourceNotFound(msg="The specified log group does not exist.")
    filters = self.filters.metric_filters
    return [one for one in filters if one["logGroupName"] == group and name in (None, one["filterName"])]


def put_or_replace_metric_filter(self, filter_name, filter_pattern, log_group_name, metric_transformations) -> None:
    for one in filters_of(self, log_group_name, filter_name):
        self.filters.metric_filters.remove(one)
    put_metric_filter(self, filter_name, filter_pattern, log_group_name, metric_transformations)
    self.filters.metric_filters[-1]["creationTime"] = int(unix_time_millis())


def describe_metric_filters_of(self, prefix=None, log_group_name=None, metric_name=None, metric_namespace=None) -> list:
    if log_group_name is not None:
        filters_of(self, log_group_name)
    return describe_metric_filters(self, prefix, log_group_name, metric_name, metric_namespace)


def delete_metric_filter(self, filter_name=None, log_group_name=None) -> None:
    found = filters_of(self, log_group_name, filter_name)
    if not found:
        raise LogsResourceNotFound(msg="The specified metric filter does not exist.")
    self.filters.metric_filters.remove(found[0])


def delete_log_group_and_its_filters(self, log_group_name: str) -> None:
    found = filters_of(self, log_group_name)
    delete_log_group(self, log_group_name)
    for one in found:
        self.filters.metric_filters.remove(one)


LogsBackend.put_metric_filter = put_or_replace_metric_filter
LogsBackend.describe_metric_filters = describe_metric_filters_of
LogsBackend.delete_metric_filter = delete_metric_filter
LogsBackend.delete_log_group = delete_log_group_and_its_filters

# ---- Route 53: a zone that is made in a VPC is private, whether the request says so or not ----

create_hosted_zone = Route53.create_hosted_zone


def create_private_hosted_zone(self) -> ActionResult:
    get_bool_param = self._get_bool_param
    is_private = self._get_param("VPC.VPCId") is not None
    self._get_bool_param = lambda name, *default: is_private if name == "HostedZoneConfig.PrivateZone" else get_bool_param(name, *default)
    return create_hosted_zone(self)


Route53.create_hosted_zone = create_private_hosted_zone

# ---- Route 53: what can be created and deleted depends on the records there are; moto looks through all changes that ever were ----

change_resource_record_sets = Route53Backend.change_resource_record_sets


def change_records_that_are_there(self, zoneid: str, change_list: list) -> None:
    zone = self.get_hosted_zone(zoneid)
    held = {(record.name, record.type) for record in zone.rrsets}
    for change in change_list:
        record = change["ResourceRecordSet"]
        name = record["Name"].rstrip(".") + "."
        what = f"[name='{name}', type='{record['Type']}']"
        if change["Action"] == "CREATE" and (name, record["Type"]) in held:
            raise Route53ClientError("InvalidChangeBatch", f"Tried to create resource record set {what} but it already exists")
        if change["Action"] == "DELETE" and (name, record["Type"]) not in held:
            raise Route53ClientError("InvalidChangeBatch", f"Tried to delete resource record set {what} but it was not found")
        if change["Action"] == "CREATE":
            zone.rr_changes = ChangeList(one for one in zone.rr_changes if one["ResourceRecordSet"]["Name"] != name.rstrip("."))
    change_resource_record_sets(self, zoneid, change_list)


Route53Backend.change_resource_record_sets = change_records_that_are_there

# ---- S3: moto ignores conditions, so a Deny under one would block every upload; a statement that can't be judged is left to pass ----

get_permission = FakeBucket.get_permission


def get_unconditional_permission(self, action: str, resource: str):
    if self.policy is None:
        return get_permission(self, action, resource)
    kept = self.policy
    document = json.loads(kept)
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    document["Statement"] = [s for s in statements if not (s["Effect"] == "Deny" and s.get("Condition"))]
    self.policy = json.dumps(document).encode()
    try:
        return get_permission(self, action, resource)
    finally:
        self.policy = kept


FakeBucket.get_permission = get_unconditional_permission

# ---- S3: who may deliver access logs: moto stumbles over a bucket without an access list and over statements in other forms ----


def listed(value) -> list:
    return value if isinstance(value, list) else [value]


def lets_logging_in(target_bucket: FakeBucket, target_prefix: "str | None") -> bool:
    if target_bucket.policy is None:
        return False
    resource = f"arn:aws:s3:::{target_bucket.name}/{target_prefix or ''}x"
    for statement in listed(json.loads(target_bucket.policy)["Statement"]):
        principal = statement.get("Principal")
        services = listed(principal.get("Service", [])) if isinstance(principal, dict) else [principal]
        named = "logging.s3.amazonaws.com" in services or "*" in services
        action = any(fnmatchcase("s3:PutObject", pattern) for pattern in listed(statement.get("Action", [])))
        on_it = any(fnmatchcase(resource, pattern) for pattern in listed(statement.get("Resource", [])))
        if statement.get("Effect") == "Allow" and named and action and on_it:
            return True
    return False


log_permissions_enabled_acl = FakeBucket._log_permissions_enabled_acl
FakeBucket._log_permissions_enabled_policy = staticmethod(lets_logging_in)
FakeBucket._log_permissions_enabled_acl = staticmethod(lambda target_bucket: bool(target_bucket.acl) and log_permissions_enabled_acl(target_bucket))

# ---- S3: access logs are kept as a setting but not written: they would come with every read, and fill buckets that nobody wrote to ----

S3Backend.log_incoming_request = lambda *_args, **_kwargs: None


# ---- S3: a lifecycle is told as it was put; moto drops what it does not act on, and AWS's provider waits for the same rules ----

set_lifecycle = FakeBucket.set_lifecycle
get_bucket_lifecycle = S3Response.get_bucket_lifecycle


def set_and_keep_lifecycle(self, rules: list) -> None:
    kept = [{"ID": rule.get("ID") or mock_random.uuid4().hex, **rule} for rule in copy.deepcopy(rules)]
    set_lifecycle(self, rules)
    self.kept_lifecycle = kept


def get_kept_lifecycle(self):
    answer = get_bucket_lifecycle(self)
    rules = self.backend.get_bucket(self.bucket_name).kept_lifecycle
    document = {"LifecycleConfiguration": {"@xmlns": "http://s3.amazonaws.com/doc/2006-03-01/", "Rule": rules}}
    return answer[0], answer[1], xmltodict.unparse(document)


FakeBucket.set_lifecycle = set_and_keep_lifecycle
S3Response.get_bucket_lifecycle = get_kept_lifecycle

# ---- S3: a versioned bucket can be locked whenever (since 2023); a period that is not given is not told, and locked buckets keep versions ----


def put_object_lock_configuration(self, bucket_name: str, lock_enabled: bool, mode=None, days=None, years=None) -> None:
    bucket = self.get_bucket(bucket_name)
    if not bucket.is_versioned:
        raise InvalidBucketState("Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
    bucket.object_lock_enabled = True
    bucket.default_lock_mode = mode
    bucket.default_lock_days = days or 0
    bucket.default_lock_years = years or 0


get_object_lock_configuration = S3Backend.get_object_lock_configuration


def get_given_object_lock_configuration(self, bucket_name: str) -> tuple:
    enabled, mode, days, years = get_object_lock_configuration(self, bucket_name)
    return enabled, mode, days or None, years or None


put_bucket_versioning = S3Backend.put_bucket_versioning


def put_bucket_versioning_unless_locked(self, bucket_name: str, status: str) -> None:
    if self.get_bucket(bucket_name).object_lock_enabled and status != "Enabled":
        raise InvalidBucketState("An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.")
    put_bucket_versioning(self, bucket_name, status)


S3Backend.get_object_lock_configuration = get_given_object_lock_configuration
S3Backend.put_object_lock_configuration = put_object_lock_configuration
S3Backend.put_bucket_versioning = put_bucket_versioning_unless_locked


# ---- KMS: the rotation period; key material that depends on the seed ----


def enable_key_rotation(self) -> str:
    key_id = self._get_param("KeyId")
    self._validate_cmk_id(key_id)
    period = self._get_param("RotationPeriodInDays") or 365
    if not 90 <= period <= 2560:
        raise ValidationException("RotationPeriodInDays must be between 90 and 2560.")
    self.kms_backend.enable_key_rotation(key_id)
    self.kms_backend.keys[self.kms_backend.get_key_id(key_id)].rotation_period = period
    return json.dumps(None)


def get_key_rotation_status(self) -> str:
    key_id = self._get_param("KeyId")
    self._validate_cmk_id(key_id)
    key = self.kms_backend.keys[self.kms_backend.get_key_id(key_id)]
    if not key.key_rotation_status:
        return json.dumps({"KeyId": key.arn, "KeyRotationEnabled": False})
    return json.dumps({"KeyId": key.arn, "KeyRotationEnabled": True, "RotationPeriodInDays": getattr(key, "rotation_period", 365)})


KmsResponse.enable_key_rotation = enable_key_rotation
KmsResponse.get_key_rotation_status = get_key_rotation_status
kms_models.generate_master_key = lambda: mock_random.randbytes(32)
