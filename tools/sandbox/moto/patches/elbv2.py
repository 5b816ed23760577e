"""Patches moto's Elastic Load Balancing where the state in moto differs from AWS."""

from moto.core.responses import ActionResult
from moto.elbv2.exceptions import DuplicateListenerError
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer
from moto.elbv2.responses import ELBV2Response

# The setting for PrivateLink of Network Load Balancers with security groups, which moto drops. Its default is `on`.
# Source: AWS API `SetSecurityGroups`.
FakeLoadBalancer.enforce_security_group_inbound_rules_on_private_link_traffic = None
moto_init_load_balancer = FakeLoadBalancer.__init__


def init_load_balancer(self, *args, **kwargs) -> None:
    moto_init_load_balancer(self, *args, **kwargs)
    if self.type == "network" and self.security_groups:
        self.enforce_security_group_inbound_rules_on_private_link_traffic = "on"


FakeLoadBalancer.__init__ = init_load_balancer

moto_set_security_groups = ELBV2Response.set_security_groups


def set_security_groups(self) -> ActionResult:
    answer = moto_set_security_groups(self)
    enforce = self._get_param("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
    if enforce:
        balancer = self.elbv2_backend.load_balancers[self._get_param("LoadBalancerArn")]
        balancer.enforce_security_group_inbound_rules_on_private_link_traffic = enforce
    return answer


ELBV2Response.set_security_groups = set_security_groups


# moto has no capacity reservations. AWS returns none unless one was requested.
def describe_capacity_reservation(self) -> ActionResult:
    self.elbv2_backend.describe_load_balancers([self._get_param("LoadBalancerArn")], [])
    return ActionResult({})


ELBV2Response.describe_capacity_reservation = describe_capacity_reservation


# A load balancer has one listener for each port. moto compares the port with the ARNs of listeners.
moto_create_listener = ELBv2Backend.create_listener


def create_listener(self, load_balancer_arn, protocol, port, *args, **kwargs):
    balancer = self.load_balancers.get(load_balancer_arn)
    if balancer and any(str(listener.port) == str(port) for listener in balancer.listeners.values()):
        raise DuplicateListenerError()
    return moto_create_listener(self, load_balancer_arn, protocol, port, *args, **kwargs)


ELBv2Backend.create_listener = create_listener
