"""Patches moto's Route 53 where the state in moto differs from AWS."""

from moto.core.responses import ActionResult
from moto.route53.exceptions import Route53ClientError
from moto.route53.models import ChangeList, Route53Backend
from moto.route53.responses import Route53


# A hosted zone that is created with a VPC is private, regardless of PrivateZone in the request.
moto_create_hosted_zone = Route53.create_hosted_zone


def create_hosted_zone(self) -> ActionResult:
    get_bool_param = self._get_bool_param
    is_private = self._get_param("VPC.VPCId") is not None

    def get_param(name, *default):
        return is_private if name == "HostedZoneConfig.PrivateZone" else get_bool_param(name, *default)

    self._get_bool_param = get_param
    return moto_create_hosted_zone(self)


Route53.create_hosted_zone = create_hosted_zone


# Existing records determine which records can be created and deleted. moto checks all changes since the zone was created.
moto_change_resource_record_sets = Route53Backend.change_resource_record_sets


def change_resource_record_sets(self, zoneid: str, change_list: list) -> None:
    zone = self.get_hosted_zone(zoneid)
    existing = {(record.name, record.type) for record in zone.rrsets}
    for change in change_list:
        record = change["ResourceRecordSet"]
        name = record["Name"].rstrip(".") + "."
        label = f"[name='{name}', type='{record['Type']}']"
        if change["Action"] == "CREATE" and (name, record["Type"]) in existing:
            raise Route53ClientError("InvalidChangeBatch", f"Tried to create resource record set {label} but it already exists")
        if change["Action"] == "DELETE" and (name, record["Type"]) not in existing:
            raise Route53ClientError("InvalidChangeBatch", f"Tried to delete resource record set {label} but it was not found")
        if change["Action"] == "CREATE":
            others = (other for other in zone.rr_changes if other["ResourceRecordSet"]["Name"] != name.rstrip("."))
            zone.rr_changes = ChangeList(others)
    moto_change_resource_record_sets(self, zoneid, change_list)


Route53Backend.change_resource_record_sets = change_resource_record_sets
