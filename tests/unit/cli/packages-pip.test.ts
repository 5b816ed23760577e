// Publishes packages to a bucket in memory, and installs them with real pip. tests/helpers/packages.ts has the tests.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { type MirrorClient } from "@cloister/cli/testing";
import { testPackages } from "../../helpers/packages";

const digest = (algorithm: string, body: Buffer) => createHash(algorithm).update(body).digest("hex");

describe("packages in a bucket in memory", function () {
  this.timeout(180_000);
  const objects = new Map<string, { body: Buffer; type: string }>();
  const set = (key: string, body: string | Buffer, type = "binary/octet-stream") => {
    objects.set(key, { body: Buffer.from(body), type });
    return Promise.resolve();
  };
  const client: MirrorClient = {
    list: () => Promise.resolve([...objects].map(([key, { body }]) => ({ key, size: body.length, md5: digest("md5", body) }))),
    sha256: (key) => Promise.resolve(digest("sha256", objects.get(key)!.body)),
    putFile: (key, file) => set(key, fs.readFileSync(file)),
    putPage: ({ key, body, contentType }) => set(key, body, contentType),
    delete: (keys) => {
      keys.forEach((key) => objects.delete(key));
      return Promise.resolve();
    },
  };

  testPackages(() => Promise.resolve({ client, put: set, get: (key) => Promise.resolve(objects.get(key)) }));
});
