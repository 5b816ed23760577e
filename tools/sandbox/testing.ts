// What only tests import: the parts behind `index.ts`.
export { chance, faultProblems, Faults } from "./server/faults";
export { isRead } from "./server/gateway";
export { Journal, readCalls } from "./server/journal";
export { loadModel, regexOf, type ServiceModel, type Shape, validate, validationMessage } from "./server/model";
export { Base } from "./server/moto";
export { AwsError } from "./server/native-service";
export { allows, exists, matches, statementsOf } from "./server/policy";
export { redact } from "./server/redact";
export { trusts } from "./server/services/sts";
export { Queue, StateStore, writeAtomically } from "./server/store";
export { errorAnswer, type Format } from "./server/wire/answer";
export { decodeCbor, encodeCbor, encodeShape } from "./server/wire/cbor";
export { credential, format, identify } from "./server/wire/identify";
export { decodeForm, encodeForm } from "./server/wire/query";
export { encodeRest, matchRest } from "./server/wire/rest";
export { decodeError, decodeOutput, encodeOutput } from "./server/wire/xml";
export { environmentScript } from "./world/environment";
export { end, isAlive, startOf } from "./world/process";
