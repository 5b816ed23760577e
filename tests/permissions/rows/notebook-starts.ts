// What SageMaker calls for a user who starts a notebook instance, under the permissions of the user.
import { type Context, type Row, type RowKit } from "../row-kit";

export function notebookStarts({ ids, arn, unknown, inside, row }: RowKit): Row[] {
  const tries = "makes the calls of SageMaker for a notebook instance without SageMaker";
  const bySageMaker: Context = { "aws:ViaAWSService": "true" };
  const byUser: Context = { "aws:ViaAWSService": "false" };
  const grant = (service: string, forAws: string): Context => ({
    ...bySageMaker,
    "kms:GrantIsForAWSResource": forAws,
    "kms:ViaService": `${service}.${ids.region}.amazonaws.com`,
  });
  const network = (action: string, resource: string): Row[] => [
    row(
      "data-scientist",
      `joins a notebook instance by SageMaker: ${action} ${resource}`,
      "allowed",
      `ec2:${action}`,
      resource,
      bySageMaker,
    ),
    ...[byUser, { ...byUser, ...inside }].map((context, i) =>
      row(
        "data-scientist",
        `calls ${action} itself ${i === 0 ? "outside" : "inside"} on ${resource}`,
        "denied",
        `ec2:${action}`,
        resource,
        context,
        {
          attack: { by: "insider", tries },
        },
      ),
    ),
  ];
  const grants: [it: string, want: Row["want"], caller: string, service: string, forAws: string][] = [
    ["grants SageMaker the key of its volume", "allowed", "data-scientist", "sagemaker", "true"],
    ["grants another service the volume key", "denied", "data-scientist", "ec2", "true"],
    ["creates a grant for the volume key for another principal", "denied", "data-scientist", "sagemaker", "false"],
    ["grants SageMaker the volume key", "denied", "team-administrator", "sagemaker", "true"],
    ["grants SageMaker the volume key", "denied", "lifecycle", "sagemaker", "true"],
  ];
  return [
    ...network("CreateNetworkInterface", arn("ec2", "network-interface/*")),
    ...ids.subnetIds.flatMap((id) => network("CreateNetworkInterface", arn("ec2", `subnet/${id}`))),
    ...network("CreateNetworkInterface", arn("ec2", `security-group/${ids.groupId}`)),
    ...["DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"].flatMap((action) => network(action, "*")),
    row(
      "data-scientist",
      "joins an unknown subnet",
      "denied",
      "ec2:CreateNetworkInterface",
      arn("ec2", `subnet/${unknown.subnet}`),
      bySageMaker,
    ),
    row(
      "data-scientist",
      "shares the interface of a notebook instance",
      "denied",
      "ec2:CreateNetworkInterfacePermission",
      arn("ec2", "network-interface/eni-1"),
      bySageMaker,
    ),
    ...grants.map(([it, want, caller, service, forAws]) =>
      row(caller, it, want, "kms:CreateGrant", ids.volumeKeyArn, grant(service, forAws)),
    ),
    row(
      "data-scientist",
      "describes the volume key through SageMaker",
      "allowed",
      "kms:DescribeKey",
      ids.volumeKeyArn,
      grant("sagemaker", "true"),
    ),
  ];
}
