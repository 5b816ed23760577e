// Evaluates the output of `pulumi stack export`: secrets, pending deletions, route tables of other stacks.
import assert from "node:assert/strict";
import { type DeployedResource, evaluateReachability, resourcesFromState } from "@cloister/policy-pack/reachability";
import { deployed, exportedState, idOf, part } from "./render";
import { ASSOCIATION, MAIN_ASSOCIATION, network, networkAndOpenTable, ROUTE, SUBNET, toInternet, VPC } from "./stack";

describe("reachability in an exported state", () => {
  const secret = (rest: object) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ...rest });
  const verdictOfSubnet = (state: DeployedResource[]) =>
    evaluateReachability(resourcesFromState(state)).find(({ resource }) => resource.name === "a")?.verdict;
  const withTable = (routeTableId: unknown) =>
    exportedState([...network, ...toInternet]).map((resource) =>
      resource.type === ROUTE
        ? { ...resource, inputs: { ...resource.inputs, routeTableId }, outputs: {}, propertyDependencies: {} }
        : resource,
    );

  it("reads a secret in plain text", () =>
    assert.equal(verdictOfSubnet(withTable(secret({ plaintext: JSON.stringify("rtb-table") }))), "open"));

  it("reports 'unknown' for a route whose table is an encrypted secret", () =>
    assert.equal(verdictOfSubnet(withTable(secret({ ciphertext: "AAAA" }))), "unknown"));

  it("ignores an association that is about to be deleted", () => {
    const old = exportedState(networkAndOpenTable).map((resource) =>
      resource.type === ASSOCIATION ? { ...resource, delete: true } : resource,
    );
    const openMain = part(MAIN_ASSOCIATION, "main", { vpcId: idOf("vpc"), routeTableId: idOf("open") });
    const added = exportedState([...networkAndOpenTable, openMain]).filter(({ type }) => type === MAIN_ASSOCIATION);
    assert.equal(verdictOfSubnet([...old, ...added]), "open");
  });

  it("follows references to the resource that stays, not to a resource with the same name that is about to be deleted", () => {
    const [vpc, ...rest] = exportedState([part(VPC, "vpc"), part(SUBNET, "a", { vpcId: idOf("vpc") })]);
    const resources = resourcesFromState([vpc!, { ...vpc!, id: "vpc-old", delete: true }, ...rest]);
    const [source] = resources.at(-1)!.sources("vpcId");
    assert.equal(source?.props.id, vpc!.id);
  });

  it("does not evaluate a route table of another stack that gets no route out of the perimeter", () => {
    const inside = part(ROUTE, "inside", {
      routeTableId: "rtb-0123",
      destinationCidrBlock: "10.9.0.0/16",
      vpcPeeringConnectionId: "pcx-1",
    });
    assert.deepEqual(evaluateReachability(deployed([inside]), { inside: ["pcx-1"] }), []);
    assert.equal(evaluateReachability(deployed([inside]))[0]?.verdict, "open");
  });
});
