"""Patches moto's EC2 where the state in moto differs from AWS."""

from hashlib import sha256
from ipaddress import ip_network

from moto.core.base_backend import BaseBackend
from moto.core.responses import ActionResult
from moto.ec2.exceptions import (
    EC2ClientError,
    InvalidSecurityGroupNotFoundError,
    InvalidSecurityGroupRuleIdNotFoundError,
    InvalidVPCPeeringConnectionIdError,
)
from moto.ec2.models import EC2Backend
from moto.ec2.models import vpcs as vpc_models
from moto.ec2.models.dhcp_options import DHCPOptionsSet
from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.models.vpc_peering_connections import VPCPeeringConnection, VPCPeeringConnectionBackend
from moto.ec2.responses.dhcp_options import DHCPOptions
from moto.ec2.responses.vpc_peering_connections import VPCPeeringConnections
from moto.ec2.responses.vpcs import VPCs
from moto.ec2.utils import random_private_ip, random_resource_id


# Accounts have no default VPC, because organizations that use this product delete the default VPC.
class NoDefaultVpc:
    """Returned where moto expects the default VPC. Its id raises AWS's error for an account without a default VPC."""

    @property
    def id(self):
        raise EC2ClientError("VPCIdNotSpecified", "No default VPC for this user")


EC2Backend.create_default_vpc = lambda self: NoDefaultVpc()


# AWS removes a deleted VPC endpoint, but moto still describes it.
moto_delete_vpc_endpoints = EC2Backend.delete_vpc_endpoints


def delete_vpc_endpoints(self, vpce_ids=None) -> None:
    moto_delete_vpc_endpoints(self, vpce_ids)
    for vpce_id in vpce_ids or []:
        self.vpc_end_points.pop(vpce_id, None)


EC2Backend.delete_vpc_endpoints = delete_vpc_endpoints


# After a VPC gets other DHCP options, the former options are in use only by other VPCs. moto keeps them in use.
moto_associate_dhcp_options = EC2Backend.associate_dhcp_options


def associate_dhcp_options(self, dhcp_options, vpc) -> None:
    former = vpc.dhcp_options
    moto_associate_dhcp_options(self, dhcp_options, vpc)
    if former and former is not dhcp_options:
        former.vpc = next((other for other in self.vpcs.values() if other.dhcp_options is former), None)


EC2Backend.associate_dhcp_options = associate_dhcp_options


# AWS associates a new VPC with the default DHCP options of the region, which no account created.
# The fixed ID takes no random value, so other IDs stay as they are. Source: Amazon VPC User Guide, "DHCP option sets in Amazon VPC".
DEFAULT_DHCP_OPTIONS = "dopt-0defa017"


def default_dhcp_options(backend: EC2Backend) -> DHCPOptionsSet:
    region = backend.region_name
    digest = sha256(f"{backend.account_id}/{region}".encode()).hexdigest()
    id_ = f"{DEFAULT_DHCP_OPTIONS}{digest[:9]}"
    if id_ not in backend.dhcp_options_sets:
        domain = "ec2.internal" if region == "us-east-1" else f"{region}.compute.internal"
        options = DHCPOptionsSet.__new__(DHCPOptionsSet)
        options.ec2_backend, options.id, options.vpc = backend, id_, None
        options._options = {"domain-name": [domain], "domain-name-servers": ["AmazonProvidedDNS"]}
        backend.dhcp_options_sets[id_] = options
    return backend.dhcp_options_sets[id_]


moto_create_vpc = EC2Backend.create_vpc


def create_vpc(self, *args, **kwargs):
    vpc = moto_create_vpc(self, *args, **kwargs)
    self.associate_dhcp_options(default_dhcp_options(self), vpc)
    return vpc


EC2Backend.create_vpc = create_vpc


# A deleted VPC leaves its DHCP options, which other VPCs can use. moto deletes them.
moto_delete_vpc = EC2Backend.delete_vpc


def delete_vpc(self, vpc_id: str):
    vpc = self.vpcs.get(vpc_id)
    options = vpc.dhcp_options if vpc else None
    if not options:
        return moto_delete_vpc(self, vpc_id)
    vpc.dhcp_options = None
    try:
        deleted = moto_delete_vpc(self, vpc_id)
    except Exception:
        vpc.dhcp_options = options
        raise
    options.vpc = next((other for other in self.vpcs.values() if other.dhcp_options is options), None)
    return deleted


EC2Backend.delete_vpc = delete_vpc


# In AWS, routes and network interfaces of a VPC endpoint follow its route tables and subnets. moto changes only the lists.
moto_modify_vpc_endpoint = EC2Backend.modify_vpc_endpoint


def subnet_of(interface) -> str:
    return interface.subnet if isinstance(interface.subnet, str) else interface.subnet.id


def modify_vpc_endpoint(self, vpc_id, **changes) -> None:
    endpoint = self.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])[0]
    tables, subnets = set(endpoint.route_table_ids or []), set(endpoint.subnet_ids or [])
    for table in changes["add_route_tables"]:
        self.get_route_table(table)
    for subnet in changes["add_subnets"]:
        self.get_subnet(subnet)
    moto_modify_vpc_endpoint(self, vpc_id, **changes)
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


EC2Backend.modify_vpc_endpoint = modify_vpc_endpoint

moto_answer_modify_vpc_endpoint = VPCs.modify_vpc_endpoint


def answer_modify_vpc_endpoint(self) -> ActionResult:
    answer = moto_answer_modify_vpc_endpoint(self)
    private_dns = self._get_param("PrivateDnsEnabled")
    if private_dns is not None:
        [endpoint] = self.ec2_backend.describe_vpc_endpoints(vpc_end_point_ids=[self._get_param("VpcEndpointId")])
        endpoint.private_dns_enabled = str(private_dns).lower() == "true"
    return answer


VPCs.modify_vpc_endpoint = answer_modify_vpc_endpoint


# AWS offers these endpoint services, which moto lacks: service name, DNS name.
# Source: AWS PrivateLink "AWS services that integrate with AWS PrivateLink".
missing_endpoint_services = [
    ("com.amazonaws.{region}.codeconnections.api", "codeconnections.{region}.amazonaws.com"),
    ("aws.sagemaker.{region}.experiments", "*.{region}.experiments.sagemaker.aws"),
]
moto_collect_default_endpoint_services = vpc_models.VPCBackend._collect_default_endpoint_services


def collect_default_endpoint_services(account_id: str, region: str) -> list:
    services = moto_collect_default_endpoint_services(account_id, region)
    zones = services[0]["AvailabilityZones"]
    known = {service["ServiceName"] for service in services}
    for name, dns_name in missing_endpoint_services:
        if name.format(region=region) not in known:
            [service] = BaseBackend.default_vpc_endpoint_service_factory(region, zones)
            service["ServiceName"] = name.format(region=region)
            service["PrivateDnsName"] = dns_name.format(region=region)
            service["PrivateDnsNames"] = [{"PrivateDnsName": service["PrivateDnsName"]}]
            service["BaseEndpointDnsNames"] = [f"{service['ServiceId']}.{region}.vpce.amazonaws.com"]
            services.append(service)
    return services


vpc_models.VPCBackend._collect_default_endpoint_services = staticmethod(collect_default_endpoint_services)


# DNS names of VPC endpoints have the format that Route 53 aliases and DNS Firewall rules require.
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


# A deleted NAT gateway releases its network interface and its Elastic IP address. An unknown id is an error.
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


# DHCP options keep the tags from their creation.
moto_create_dhcp_options = DHCPOptions.create_dhcp_options


def create_dhcp_options(self):
    answer = moto_create_dhcp_options(self)
    answer.result["DhcpOptions"].add_tags(self._parse_tag_specification().get("dhcp-options", {}))
    return answer


DHCPOptions.create_dhcp_options = create_dhcp_options


# Security group rules that refer to a security group or a prefix list keep their description and can be modified.
moto_init_security_group_rule = SecurityGroupRule.__init__


def init_security_group_rule(
    self, ec2_backend, ip_protocol, group_id, from_port, to_port, ip_range, source_group=None, prefix_list_id=None, **more
):
    moto_init_security_group_rule(
        self, ec2_backend, ip_protocol, group_id, from_port, to_port, ip_range, source_group, prefix_list_id, **more
    )
    self.stored_description = (source_group or prefix_list_id or {}).get("Description")


SecurityGroupRule.__init__ = init_security_group_rule
SecurityGroupRule.description = property(lambda self: self.ip_range.get("Description") or self.stored_description)


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
        rule.stored_description = new.get("Description")


EC2Backend.modify_security_group_rules = modify_security_group_rules


# VPCs with overlapping CIDR ranges cannot be peered. Peering connections can be found by filters, not only by id.
moto_create_vpc_peering_connection = VPCPeeringConnectionBackend.create_vpc_peering_connection


def ranges_of(vpc) -> list:
    return [ip_network(association["cidr_block"]) for association in vpc.get_cidr_block_association_set(ipv6=False)]


def create_vpc_peering_connection(self, vpc, peer_vpc, tags=None) -> VPCPeeringConnection:
    peering = moto_create_vpc_peering_connection(self, vpc, peer_vpc, tags)
    if any(local.overlaps(peer) for local in ranges_of(vpc) for peer in ranges_of(peer_vpc)):
        peering._status.code = "failed"
        peering._status.message = "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range"
    return peering


VPCPeeringConnectionBackend.create_vpc_peering_connection = create_vpc_peering_connection

peering_filters = {
    "accepter-vpc-info.vpc-id": lambda peering: peering.peer_vpc.id,
    "requester-vpc-info.vpc-id": lambda peering: peering.vpc.id,
    "status-code": lambda peering: peering.status["Code"],
    "vpc-peering-connection-id": lambda peering: peering.id,
}


def matches_filter(peering, name: str, values: list) -> bool:
    if name.startswith("tag:"):
        return any(tag["key"] == name[4:] and tag["value"] in values for tag in peering.get_tags())
    if name not in peering_filters:
        raise EC2ClientError("InvalidParameterValue", f"The filter '{name}' is invalid")
    return peering_filters[name](peering) in values


def describe_vpc_peering_connections(self) -> ActionResult:
    ids = self._get_param("VpcPeeringConnectionIds", [])
    named = [self.ec2_backend.get_vpc_peering_connection(peering_id) for peering_id in ids]
    filters = self._filters_from_querystring().items()
    found = [
        peering
        for peering in named or self.ec2_backend.describe_vpc_peering_connections()
        if all(matches_filter(peering, *condition) for condition in filters)
    ]
    return ActionResult({"VpcPeeringConnections": found})


VPCPeeringConnections.describe_vpc_peering_connections = describe_vpc_peering_connections


def init_peering_not_found(self, peering_id: str) -> None:
    EC2ClientError.__init__(self, "InvalidVpcPeeringConnectionID.NotFound", f"The vpcPeeringConnection ID '{peering_id}' does not exist")


InvalidVPCPeeringConnectionIdError.__init__ = init_peering_not_found


# Interfaces that an AWS service created for its own use are in use until the service deletes them. The native services mark theirs.
MANAGED = "requester-managed: "
moto_create_network_interface = NetworkInterfaceBackend.create_network_interface


def create_network_interface(self, *args, **kwargs):
    interface = moto_create_network_interface(self, *args, **kwargs)
    if interface.description.startswith(MANAGED):
        interface.description = interface.description[len(MANAGED) :]
        interface.requester_managed = True
        interface.status = "in-use"
    return interface


NetworkInterfaceBackend.create_network_interface = create_network_interface
