import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  AwsError,
  credential,
  decodeCbor,
  decodeError,
  decodeForm,
  decodeOutput,
  encodeCbor,
  encodeForm,
  encodeOutput,
  encodeRest,
  encodeShape,
  errorAnswer,
  type Format,
  format,
  identify,
  matchRest,
  modelFolder,
  outputAnswer,
  registeredServices,
} from "@cloister/sandbox/testing";
import { model } from "./models";

const request = (method: string, target: string, headers: Record<string, string> = {}, body = "") => ({
  method,
  target,
  headers,
  body: Buffer.from(body),
});

describe("sandbox wire formats", () => {
  describe("query", () => {
    const cases = [
      {
        it: "names nested lists by member",
        protocol: "query",
        input: { Name: "a", Tags: [{ Key: "k", Value: "v" }] },
        form: "name=a&Tags.member.1.Key=k&Tags.member.1.Value=v",
      },
      { it: "flattens lists that the model flattens", protocol: "query", input: { Flat: ["x", "y"] }, form: "Flat.1=x&Flat.2=y" },
      {
        it: "numbers the entries of maps",
        protocol: "query",
        input: { Labels: { a: "1" } },
        form: "Labels.entry.1.key=a&Labels.entry.1.value=1",
      },
      { it: "writes tags as EC2 names them", protocol: "ec2", input: { Name: "a", Tags: [{ Key: "k" }] }, form: "Name=a&Tags.1.Key=k" },
      { it: "writes numbers and booleans as text", protocol: "query", input: { Size: 3, Open: false }, form: "Size=3&Open=false" },
    ] as const;
    for (const c of cases)
      it(c.it, () => {
        const encoded = encodeForm(model(c.protocol), "Make", c.input);
        assert.equal(decodeURIComponent(encoded), `Action=Make&Version=2020-01-01&${c.form}`);
        assert.deepEqual(decodeForm(model(c.protocol), "Make", new URLSearchParams(encoded)), c.input);
      });

    it("reads more than nine elements in order", () => {
      const Flat = Array.from({ length: 12 }, (_, i) => `e${i}`);
      assert.deepEqual(decodeForm(model("query"), "Make", new URLSearchParams(encodeForm(model("query"), "Make", { Flat }))), { Flat });
    });

    it("keeps text that is not a number, so that validation rejects it", () =>
      assert.deepEqual(decodeForm(model("query"), "Make", new URLSearchParams("Size=many")), { Size: "many" }));

    for (const protocol of ["query", "ec2"] as const)
      it(`reads the input that it wrote (${protocol})`, () => {
        const word = fc.string({ minLength: 1 });
        const input = fc.record(
          {
            Name: word,
            Size: fc.integer(),
            Open: fc.boolean(),
            Tags: fc.array(fc.record({ Key: word, Value: word }, { noNullPrototype: true }), { minLength: 1 }),
            Flat: fc.array(word, { minLength: 1 }),
            Labels: fc.dictionary(word, word, { minKeys: 1, noNullPrototype: true }),
          },
          { requiredKeys: [], noNullPrototype: true },
        );
        fc.assert(
          fc.property(input, (value) => {
            const form = new URLSearchParams(encodeForm(model(protocol), "Make", value));
            assert.deepEqual(decodeForm(model(protocol), "Make", form), value);
          }),
        );
      });
  });

  describe("XML", () => {
    it("reads the XML that it wrote, with characters that XML reserves", () => {
      const output = { Id: `<&"'>`, Size: 7, Tags: [{ Key: "k", Value: "v" }, { Key: "l" }], Labels: { a: "1", b: "2" } };
      assert.deepEqual(decodeOutput(model("query"), "Make", encodeOutput(model("query"), "Make", output, "id")), output);
    });

    it("keeps a list with one element a list, and digits text", () => {
      const text = "<MakeResponse><MakeResult><Id>007</Id><Tags><member><Key>k</Key></member></Tags></MakeResult></MakeResponse>";
      assert.deepEqual(decodeOutput(model("query"), "Make", text), { Id: "007", Tags: [{ Key: "k" }] });
    });

    it("writes seconds as ISO time", () =>
      assert.match(encodeOutput(model("query"), "Make", { At: 0 }, "id"), /<At>1970-01-01T00:00:00Z<\/At>/));
  });

  describe("errors in answers", () => {
    const error = new AwsError("Taken", "a < b");
    for (const format of ["query", "ec2", "s3", "rest-xml"] as Format[])
      it(`can be read in the format ${format}`, () =>
        assert.deepEqual(decodeError(errorAnswer(format, error, "id").body.toString()), { code: "Taken", message: "a < b" }));

    it("have their code in body and header in the JSON protocols", () => {
      const answer = errorAnswer("json", error, "id");
      assert.deepEqual(
        [JSON.parse(answer.body.toString()), answer.headers["x-amzn-errortype"], answer.status],
        [{ __type: "Taken", message: "a < b" }, "Taken", 400],
      );
    });

    it("are a map with two texts in CBOR", () =>
      assert.equal(
        errorAnswer("rpc-v2-cbor", new AwsError("E", "m"), "id").body.toString("hex"),
        "a2665f5f7479706561456" + "76d657373616765616d",
      ));
  });

  describe("CBOR", () => {
    // Source: RFC 8949, appendix A.
    const examples: [hex: string, value: unknown][] = [
      ["17", 23],
      ["1818", 24],
      ["1903e8", 1000],
      ["1a000f4240", 1_000_000],
      ["1b000000e8d4a51000", 1_000_000_000_000],
      ["20", -1],
      ["3903e7", -1000],
      ["f93e00", 1.5],
      ["f90001", 5.960464477539063e-8],
      ["f97c00", Infinity],
      ["fa47c35000", 100_000],
      ["fb3ff199999999999a", 1.1],
      ["f4", false],
      ["f5", true],
      ["f6", null],
      ["c11a514b67b0", 1_363_896_240],
      ["1bffffffffffffffff", 2 ** 64],
      ["4401020304", Buffer.from([1, 2, 3, 4])],
      ["c1fb41d452d9ec200000", 1_363_896_240.5],
      ["62c3bc", "ü"],
      ["83010203", [1, 2, 3]],
      ["a26161016162820203", { a: 1, b: [2, 3] }],
      ["7f657374726561646d696e67ff", "streaming"],
      ["9f018202039f0405ffff", [1, [2, 3], [4, 5]]],
      ["bf61610161629f0203ffff", { a: 1, b: [2, 3] }],
    ];
    for (const [hex, value] of examples) it(`reads ${hex}`, () => assert.deepEqual(decodeCbor(Buffer.from(hex, "hex")), value));

    it("reads the values that it wrote", () => {
      // The codec of the AWS SDK writes -0 as 0, and cannot read a member with the name __proto__.
      const number = fc.double({ noNaN: true }).map((value) => value + 0);
      const leaf = fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.maxSafeInteger(), number);
      const name = fc.string().filter((text) => text !== "__proto__");
      const value = fc.letrec((tie) => ({
        node: fc.oneof(
          { maxDepth: 4 },
          leaf,
          fc.array(tie("node"), { maxLength: 5 }),
          fc.dictionary(name, tie("node"), { maxKeys: 5, noNullPrototype: true }),
        ),
      })).node;
      fc.assert(fc.property(value, (sample) => assert.deepEqual(decodeCbor(encodeCbor(sample)), sample)));
    });

    for (const hex of ["", "18", "62c3", "ff", "8201", "0000", "1c", "f8ff"])
      it(`rejects '${hex}'`, () => assert.throws(() => decodeCbor(Buffer.from(hex, "hex")), SyntaxError));

    it("writes times as seconds with a fraction, binary data as bytes, and long lists with their length", () => {
      assert.equal(encodeShape(model("smithy-rpc-v2-cbor"), { shape: "Time" }, 1_363_896_240.5).toString("hex"), "c1fb41d452d9ec200000");
      assert.equal(encodeCbor(Buffer.from([1, 2])).toString("hex"), "420102");
      assert.equal(encodeCbor(Array.from({ length: 30 }, () => 0)).toString("hex"), `981e${"00".repeat(30)}`);
    });

    it("writes times according to the model, and omits members that the model lacks", () =>
      assert.equal(
        encodeShape(model("smithy-rpc-v2-cbor"), { shape: "Output" }, { Id: "a", At: 7, Size: undefined, More: 1 }).toString("hex"),
        "a2" + "624964" + "6161" + "624174" + "c107",
      ));

    it("can be one of several protocols of a service", () => {
      const service = model("smithy-rpc-v2-cbor");
      const cbor = { method: "POST", target: "/service/Test/operation/Make", headers: { "smithy-protocol": "rpc-v2-cbor" } };
      const requests = [
        { ...cbor, body: encodeCbor({ Name: "abc", Size: 3 }) },
        request("POST", "/", { "x-amz-target": "Test.Make" }, '{"Name":"abc","Size":3}'),
        request("POST", "/", {}, "Action=Make&name=abc&Size=3"),
      ];
      assert.deepEqual(
        requests.map((sent) => [format(service, sent), identify(service, sent)]),
        ["rpc-v2-cbor", "json", "query"].map((protocol) => [protocol, { operation: "Make", input: { Name: "abc", Size: 3 } }]),
      );
    });
  });

  describe("REST", () => {
    const rest = model("rest-xml", {
      operations: Object.fromEntries(
        [
          ["GetBucket", "GET", "/{Bucket}", ["Bucket"]],
          ["GetBucketPolicy", "GET", "/{Bucket}?policy", ["Bucket"]],
          ["ListV2", "GET", "/{Bucket}?list-type=2", ["Bucket"]],
          ["OldLifecycle", "GET", "/{Bucket}?lifecycle", ["Bucket"]],
          ["GetLifecycle", "GET", "/{Bucket}?lifecycle", ["Bucket"]],
          ["GetObject", "GET", "/{Bucket}/{Key+}", ["Bucket", "Key"]],
          ["PutObject", "PUT", "/{Bucket}/{Key+}", ["Bucket", "Key"]],
          ["CopyObject", "PUT", "/{Bucket}/{Key+}", ["Bucket", "Key", "Source"]],
          ["UploadPart", "PUT", "/{Bucket}/{Key+}", ["Bucket", "Key", "Part"]],
          ["ListBuckets", "GET", "/", []],
        ].map(([name, method, requestUri, members]) => [
          name as string,
          {
            name: name as string,
            http: { method: method as string, requestUri: requestUri as string },
            input: { shape: (members as string[]).join("") || "None" },
            deprecated: name === "OldLifecycle",
          },
        ]),
      ),
      shapes: {
        None: { type: "structure", members: {} },
        ...Object.fromEntries(
          [["Bucket"], ["Bucket", "Key"], ["Bucket", "Key", "Source"], ["Bucket", "Key", "Part"]].map((members) => [
            members.join(""),
            {
              type: "structure" as const,
              required: members,
              members: Object.fromEntries(
                members.map((name) => [
                  name,
                  name === "Source"
                    ? { shape: "Text", location: "header" as const, locationName: "x-amz-copy-source" }
                    : name === "Part"
                      ? { shape: "Text", location: "querystring" as const, locationName: "partNumber" }
                      : { shape: "Text", location: "uri" as const, locationName: name },
                ]),
              ),
            },
          ]),
        ),
        Text: { type: "string" },
      },
    });
    const cases: [string, string, Record<string, string>, string, object][] = [
      ["GET", "/", {}, "ListBuckets", {}],
      ["GET", "/b", {}, "GetBucket", { Bucket: "b" }],
      ["GET", "/b/", {}, "GetBucket", { Bucket: "b" }],
      ["GET", "/b?policy", {}, "GetBucketPolicy", { Bucket: "b" }],
      ["GET", "/b?policy=", {}, "GetBucketPolicy", { Bucket: "b" }],
      ["GET", "/b?list-type=2&prefix=x", {}, "ListV2", { Bucket: "b" }],
      ["GET", "/b?list-type=1", {}, "GetBucket", { Bucket: "b" }],
      ["GET", "/b?lifecycle", {}, "GetLifecycle", { Bucket: "b" }],
      ["GET", "/b/a/c%20d", {}, "GetObject", { Bucket: "b", Key: "a/c d" }],
      ["PUT", "/b/k?x-id=PutObject", {}, "PutObject", { Bucket: "b", Key: "k" }],
      ["PUT", "/b/k", { "x-amz-copy-source": "o" }, "CopyObject", { Bucket: "b", Key: "k", Source: "o" }],
      ["PUT", "/b/k?partNumber=3", {}, "UploadPart", { Bucket: "b", Key: "k", Part: "3" }],
    ];
    for (const [method, target, headers, operation, input] of cases)
      it(`matches ${method} ${target} ${Object.keys(headers).join()} to ${operation}`, () =>
        assert.deepEqual(matchRest(rest, request(method, target, headers)), { operation, input }));

    it("finds no operation for an unknown method", () => assert.equal(matchRest(rest, request("PATCH", "/b")), undefined));
    it("writes paths that it can read", () => {
      const input = { Bucket: "b", Key: "a/ü ?", Part: "3" };
      const { method, target } = encodeRest(rest, "UploadPart", input);
      assert.deepEqual(matchRest(rest, request(method, target)), { operation: "UploadPart", input });
    });

    it("translates names of members in JSON, at every depth, and keeps unknown members and keys of maps", () => {
      const json = model("rest-json", {
        shapes: {
          ...model("rest-json").shapes,
          Output: {
            type: "structure",
            members: { Id: { shape: "Text", locationName: "id" }, Tags: { shape: "Tags", locationName: "tags" } },
          },
          Tag: { type: "structure", members: { Key: { shape: "Text", locationName: "key" }, Labels: { shape: "Labels" } } },
        },
      });
      const sent = { name: "a", Tags: [{ key: "k", Labels: { name: "x" } }], other: null };
      const input = { Name: "a", Tags: [{ Key: "k", Labels: { name: "x" } }], other: null };
      assert.deepEqual(identify(json, request("POST", "/", {}, JSON.stringify(sent))), { operation: "Make", input });
      const { body } = outputAnswer(json, "Make", { Id: "1", Tags: [{ Key: "k" }] }, "id", "rest-json");
      assert.deepEqual(JSON.parse(body.toString()), { id: "1", tags: [{ key: "k" }] });
    });
  });

  describe("signatures", () => {
    const found = { accessKeyId: "AKIA1", region: "eu-central-1", scope: "s3" };
    it("contain access key, region and service", () =>
      assert.deepEqual(
        credential(
          request("GET", "/", {
            authorization: "AWS4-HMAC-SHA256 Credential=AKIA1/20260101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=x",
          }),
        ),
        found,
      ));
    it("are read from the query of presigned URLs", () =>
      assert.deepEqual(credential(request("GET", "/b/k?X-Amz-Credential=AKIA1%2F20260101%2Feu-central-1%2Fs3%2Faws4_request")), found));
    it("contain the session token in the query of presigned URLs", () =>
      assert.equal(
        credential(
          request("GET", "/b/k?X-Amz-Credential=AKIA1%2F20260101%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Security-Token=to%2Bken%2F%3D"),
        )?.sessionToken,
        "to+ken/=",
      ));
    const services = registeredServices(...([{}, {}, {}] as unknown as Parameters<typeof registeredServices>));
    const folders: [scope: string, sent: Parameters<typeof modelFolder>[2], folder: string][] = [
      ["s3", request("GET", "/b"), "s3"],
      ["s3", request("GET", "/v20180820/tags/arn"), "s3control"],
      ["monitoring", request("POST", "/"), "cloudwatch"],
      ["sso", request("POST", "/", { "x-amz-target": "SWBExternalService.ListInstances" }), "sso-admin"],
      ["sso", request("GET", "/assignment/roles"), "sso"],
      ["servicecatalog", request("POST", "/", { "x-amz-target": "AWS242ServiceCatalogService.ListPortfolios" }), "servicecatalog"],
      ["servicecatalog", request("POST", "/service/AWS242ServiceCatalogService/operation/ListPortfolios"), "servicecatalog"],
      ["servicecatalog", request("GET", "/applications"), "servicecatalog-appregistry"],
      ["elasticloadbalancing", request("POST", "/", {}, "Version=2012-06-01"), "elb"],
      ["elasticfilesystem", request("GET", "/"), "efs"],
      ["sqs", request("POST", "/"), "sqs"],
      ["coffee", request("POST", "/"), "coffee"],
    ];
    for (const [scope, sent, folder] of folders)
      it(`select the model ${folder} for ${scope} on ${sent.method} ${sent.target}`, () =>
        assert.equal(modelFolder(services, scope, sent), folder));

    it("can be missing or malformed", () => {
      assert.equal(credential(request("GET", "/")), undefined);
      assert.equal(credential(request("GET", "/", { authorization: "Basic eDp5" })), undefined);
    });
  });
});
