"""wechatpayv3, with the input of the other benchmarks. Prints one line for each operation, as cargo xtask bench reads it."""

import offline  # noqa: F401

import json
import pathlib
import statistics
import subprocess
import sys
import time

from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.utils import build_authorization, rsa_verify

FOLDER = pathlib.Path(__file__).resolve().parent.parent
KEYS = FOLDER.parent / "vectors" / "keys"
ROUNDS, SLICE = 21, 0.015
SERIAL_NO = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C"
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012024010100000000000001"


def main():
    arrived = json.loads(pathlib.Path(sys.argv[1]).read_text())
    headers = {name.title(): value for name, value in arrived["headers"].items()}
    body, order = arrived["body"], (FOLDER / "order.json").read_text()
    pay = WeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid="1900000001",
        private_key=key("throwaway-merchant-key"),
        cert_serial_no=SERIAL_NO,
        apiv3_key="0123456789abcdefghijklmnopqrstuv",
        appid="wx8888888888888888",
        notify_url="https://shop.example/wechatpay/notify",
        public_key=key("throwaway-platform-next-pub"),
        public_key_id=PUBLIC_KEY_ID,
    )
    core, path = pay._core, "/v3/pay/transactions/jsapi"
    signed = (headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"], body, headers["Wechatpay-Signature"])
    fields = ["wx8888888888888888", "1700000000", "593BEC0C930BF1AFEB40B4A08C8FB242", "prepay_id=wx1"]
    ciphertext = openssl_oaep("440101199003071234")
    operations = {
        "request authorization": lambda: build_authorization(
            path, "POST", "1900000001", SERIAL_NO, core._private_key, data=order
        ),
        "pay parameters": lambda: pay.sign(fields),
        "notification to object": lambda: pay.callback(headers=headers, body=body),
        "response verification": lambda: rsa_verify(*signed, core._public_key),
        "OAEP encryption": lambda: core.encrypt("440101199003071234"),
        "OAEP decryption": lambda: pay.decrypt(ciphertext) == "440101199003071234",
    }
    for what, run in operations.items():
        assert run(), what
        print("bench", f"python: {what}", "wechatpayv3", f"{median(run) * 1e6:.2f}", "µs", sep="\t")


def key(name):
    return (KEYS / f"{name}.pem").read_text()


def openssl_oaep(text):
    import base64

    options = ["-pubin", "-inkey", str(KEYS / "throwaway-merchant-pub.pem"), "-pkeyopt", "rsa_padding_mode:oaep"]
    done = subprocess.run(["openssl", "pkeyutl", "-encrypt", *options], input=text.encode(), capture_output=True, check=True)
    return base64.b64encode(done.stdout).decode()


def median(run):
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < 10 * SLICE:
        run()
        count += 1
    repeats, times = max(1, count // 10), []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(repeats):
            run()
        times.append((time.perf_counter() - start) / repeats)
    return statistics.median(times)


main()
