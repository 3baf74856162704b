"""Verifies a received webhook with the published libraries of Standard Webhooks and Stripe.

Reads {"secret", "fields", "body"} from standard input; prints one line for each that accepts it,
and checks that both refuse a changed body.
"""
import json
import sys

import stripe
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

received = json.load(sys.stdin)
secret, fields, body = received["secret"], received["fields"], received["body"]
changed = body.replace("38.5", "12.5")
assert changed != body

Webhook(secret).verify(body, fields)
print("standardwebhooks accepts")
try:
    Webhook(secret).verify(changed, fields)
except WebhookVerificationError:
    print("standardwebhooks refuses a changed body")

stripe.WebhookSignature.verify_header(body, fields["ttsr-signature"], secret, tolerance=300)
print("stripe accepts")
try:
    stripe.WebhookSignature.verify_header(changed, fields["ttsr-signature"], secret, tolerance=300)
except stripe.SignatureVerificationError:
    print("stripe refuses a changed body")
