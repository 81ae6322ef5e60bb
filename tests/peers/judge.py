"""wechatpayv3 as a judge: reads a question a line, {"operation", "values"}, and answers each with a line."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench" / "python"))

import offline  # noqa: E402, F401

import base64  # noqa: E402
import json  # noqa: E402
import socket  # noqa: E402

from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: E402
from wechatpayv3 import WeChatPay, WeChatPayType, utils  # noqa: E402

KEYS = pathlib.Path(__file__).resolve().parent.parent / "vectors" / "keys"
MCHID = "1900000001"
SERIAL_NO = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C"
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012024010100000000000001"
API_V3_KEY = "0123456789abcdefghijklmnopqrstuv"


def key(name):
    return (KEYS / f"{name}.pem").read_text()


merchant = WeChatPay(
    wechatpay_type=WeChatPayType.MINIPROG,
    mchid=MCHID,
    private_key=key("throwaway-merchant-key"),
    cert_serial_no=SERIAL_NO,
    apiv3_key=API_V3_KEY,
    appid="wx8888888888888888",
    notify_url="https://shop.example/wechatpay/notify",
    public_key=key("throwaway-platform-next-pub"),
    public_key_id=PUBLIC_KEY_ID,
)
private_key = utils.load_private_key(key("throwaway-merchant-key"))


def authorization(request):
    # The package takes the time from the clock.
    utils.time.time = lambda: request["timestamp"]
    path, method, nonce = request["path"], request["method"], request["nonce"]
    return utils.build_authorization(path, method, MCHID, SERIAL_NO, private_key, data=request["body"], nonce_str=nonce)


def verify(message, public_key):
    signed = (message["timestamp"], message["nonce"], message["body"], message["signature"])
    return utils.rsa_verify(*signed, utils.load_public_key(public_key))


def seal(text, nonce, associated_data):
    sealed = AESGCM(API_V3_KEY.encode()).encrypt(nonce.encode(), text.encode(), associated_data.encode())
    return base64.b64encode(sealed).decode()


OPERATIONS = {
    "authorization": authorization,
    "sign": lambda message, key: utils.rsa_sign(utils.load_private_key(key), message),
    "verify": verify,
    "encrypt": lambda text, key: utils.rsa_encrypt(text, utils.load_public_key(key)),
    "decrypt": lambda ciphertext, key: utils.rsa_decrypt(ciphertext, utils.load_private_key(key)),
    "seal": seal,
    "open": lambda delivery: merchant.callback(headers=delivery["headers"], body=delivery["body"])["resource"],
    "reach_network": lambda: socket.create_connection(("127.0.0.1", 9)),
}

for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = {"result": OPERATIONS[question["operation"]](*question["values"])}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
