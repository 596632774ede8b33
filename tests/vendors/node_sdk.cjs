// Call every method of the vendor's Node SDK for Numbers, against the sandbox of the environment.
// Prints a JSON object: the methods that the SDK has, and the outcome of each call.

const { createRequire } = require("node:module");

const { SinchClient } = createRequire(`${process.env.NODE_PACKAGES}/`)("@sinch/sdk-core");

const CONFIGURATION = ["constructor", "setApiClientConfig", "setHostname", "setCredentials"];
const OURS = "+12025550147";
const OTHER = "+12025550148";
const FREE = "+13035550001";
const FOREIGN = "+61491570199";
const ADDRESS = {
  displayName: "Warehouse",
  address: {
    streetNumber: "77",
    streetInfo: "Main Street",
    city: "Portland",
    state: "OR",
    postalCode: "97209",
  },
};
const LINKS = {
  smsConfiguration: { servicePlanId: "plan" },
  voiceConfiguration: { type: "RTC", appId: "app" },
};
const RELINK = {
  smsConfiguration: { servicePlanId: "another-plan" },
  voiceConfiguration: { type: "EST", trunkId: "trunk" },
};

const service = new SinchClient({
  projectId: process.env.SINCH_PROJECT_ID,
  keyId: process.env.SINCH_KEY_ID,
  keySecret: process.env.SINCH_KEY_SECRET,
  numbersHostname: process.env.SINCH_NUMBERS_URL,
  authHostname: process.env.SINCH_AUTH_URL,
}).numbers;

const homes = {
  numbers: service,
  activeNumber: service.activeNumber,
  availableNumber: service.availableNumber,
  availableRegions: service.availableRegions,
  callbacks: service.callbacks,
};

function methods() {
  return Object.entries(homes).flatMap(([home, object]) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(object))
      .filter((name) => !CONFIGURATION.includes(name))
      .map((name) => `${home}.${name}`),
  );
}

const outcomes = [];

async function call(method, data, note = "") {
  const [home, name] = method.split(".");
  try {
    const result = await homes[home][name](data);
    outcomes.push({ method, note, status: 200, result: result === undefined ? null : result });
    return result;
  } catch (error) {
    const status = error.statusCode === undefined ? String(error) : error.statusCode;
    outcomes.push({ method, note, status, result: null });
    return undefined;
  }
}

async function main() {
  const us = { regionCode: "US", type: "LOCAL" };
  await call("availableRegions.list", { types: ["MOBILE"] });
  const pattern = { "numberPattern.searchPattern": "START", size: 3 };
  const escaped = { ...us, ...pattern, "numberPattern.pattern": "%2B1303" };
  await call("numbers.searchForAvailableNumbers", escaped, "escaped");
  await call("availableNumber.list", { ...escaped, "numberPattern.pattern": "+1303" }, "plus");
  await call("numbers.checkAvailability", { phoneNumber: FREE });
  await call("availableNumber.checkAvailability", { phoneNumber: FREE });
  await call("numbers.rent", { phoneNumber: FREE, rentNumberRequestBody: LINKS });
  await call("availableNumber.rent", { phoneNumber: FOREIGN, rentNumberRequestBody: {} }, "AU");
  await call("numbers.rentAny", { rentAnyNumberRequestBody: { ...us, ...LINKS } });
  await call("availableNumber.rentAny", { rentAnyNumberRequestBody: us });

  await call("numbers.get", { phoneNumber: OURS });
  await call("activeNumber.get", { phoneNumber: OTHER });
  for (const method of ["numbers.list", "activeNumber.list"]) {
    const found = [];
    for await (const number of homes[method.split(".")[0]].list({ pageSize: 1, capability: "SMS" })) {
      found.push(number.phoneNumber);
    }
    outcomes.push({ method, note: "", status: 200, result: found });
  }
  const named = { updateActiveNumberRequestBody: { displayName: "by Node" } };
  await call("numbers.update", { phoneNumber: OURS, ...named });
  const relinked = { phoneNumber: OTHER, updateActiveNumberRequestBody: RELINK };
  await call("activeNumber.update", relinked, "relink");

  for (const home of ["numbers", "activeNumber"]) {
    const address = { phoneNumber: OURS, emergencyAddressRequestBody: ADDRESS };
    await call(`${home}.validateEmergencyAddress`, address);
    await call(`${home}.provisionEmergencyAddress`, address);
    await call(`${home}.getEmergencyAddress`, { phoneNumber: OURS });
    await call(`${home}.deprovisionEmergencyAddress`, { phoneNumber: OURS });
  }

  await call("callbacks.get", {});
  const secret = (hmacSecret) => ({ updateCallbackConfigurationRequestBody: { hmacSecret } });
  await call("callbacks.update", secret("sandbox-hmac-secret-0123456789-abcd"));
  await call("callbacks.update", secret("HMAC$secret*of-test-data"), "secret");

  await call("numbers.release", { phoneNumber: OURS });
  await call("activeNumber.release", { phoneNumber: OTHER });
  // The SDK logs errors to stdout, so this is the last line.
  process.stdout.write(`\n${JSON.stringify({ methods: methods(), outcomes })}\n`);
}

main();
