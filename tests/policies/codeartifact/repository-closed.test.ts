// Does not prove what AWS accepts as a policy.
import { repositoryClosed } from "@cloister/policy-pack/rules/codeartifact/repository-closed";
import { UNKNOWN, UNKNOWN_ARRAY } from "../../helpers/evaluate";
import { testRule } from "../table";

const type = "aws:codeartifact/repository:Repository";
const policies = [
  "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy",
  "aws:codeartifact/domainPermissions:DomainPermissions",
];
const document = (change: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "codeartifact:ReadFromRepository", Resource: "*", ...change }],
  });
const account = { AWS: "arn:aws:iam::111122223333:root" };
const open = /^A statement allows all principals of all AWS accounts, so packages are public\. Remove the statement/;

testRule(repositoryClosed, {
  resource: [
    { it: "accepts a repository without other sources", type, inputs: { repository: "approved", upstreams: [] } },
    {
      it: "rejects a connection to a public registry",
      type,
      inputs: { externalConnections: { externalConnectionName: "public:pypi" } },
      want: [/^externalConnections is set, so clients install packages from a public registry/],
    },
    {
      it: "rejects upstream repositories",
      type,
      inputs: { upstreams: [{ repositoryName: "pypi-store" }] },
      want: [/^upstreams is set, so clients install packages of other repositories/],
    },
    {
      it: "rejects upstream repositories that are unknown at preview",
      type,
      inputs: { upstreams: UNKNOWN_ARRAY },
      want: [/^upstreams is set/],
    },
    ...policies.flatMap((policy) => [
      { it: "accepts a policy for an account", type: policy, inputs: { policyDocument: document({ Principal: account }) } },
      { it: "accepts a Deny for all principals", type: policy, inputs: { policyDocument: document({ Effect: "Deny", Principal: "*" }) } },
      {
        it: "accepts all principals with a condition",
        type: policy,
        inputs: { policyDocument: document({ Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-0123456789" } } }) },
      },
      { it: "accepts a policy that is unknown at preview", type: policy, inputs: { policyDocument: UNKNOWN } },
      { it: "rejects all principals", type: policy, inputs: { policyDocument: document({ Principal: "*" }) }, want: [open] },
      { it: "rejects all AWS principals", type: policy, inputs: { policyDocument: document({ Principal: { AWS: ["*"] } }) }, want: [open] },
      {
        it: "rejects a policy that is not JSON",
        type: policy,
        inputs: { policyDocument: "{" },
        want: [/^policyDocument is not valid JSON/],
      },
    ]),
  ],
});
