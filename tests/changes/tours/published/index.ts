import * as pulumi from "@pulumi/pulumi";

module.exports = new pulumi.Config("cloister-environment").requireObject("outputs");
