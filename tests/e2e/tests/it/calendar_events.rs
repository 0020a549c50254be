//! Events of the calendar that arrive, and what people answer to them.

use serde_json::{Value, json};
use wagon_test_kit::{Account, Baileys, DEADLINE, EventStream};

use crate::openwa_webhooks::Hooked;
use crate::support::{BEGINNING, string};

/// The path of the webhook.
const HOOK: &str = "calendar";
const START: i64 = 1_800_000_000;

/// A gateway whose log and webhook are followed, and somebody to be invited by.
struct Stage {
    hooked: Hooked,
    events: EventStream,
    ada: Account,
}

impl Stage {
    async fn start() -> Self {
        let hooked = Hooked::start().await;
        let names = ["event.response", "message.received"];
        hooked.register(HOOK, json!({ "events": names })).await;
        let scene = &hooked.scene;
        let ada = scene.sandbox.admin().account("Ada").await;
        let query = format!("session={}", scene.session);
        let events = scene.gateway.v1().events(&query).await;
        Self { hooked, events, ada }
    }

    /// The phone of `who` sends to the chat `to`; answers the message's id.
    async fn says(&self, who: &Account, to: &str, mut message: Value) -> String {
        message["to"] = to.into();
        let admin = self.hooked.scene.sandbox.admin();
        admin.send_with(&who.pn, message).await
    }

    /// The entry of the log that tells of the message.
    async fn logged(&self, id: &str) -> Value {
        let of = |event: &Value| event["payload"]["waMessageId"] == id;
        self.events.wait_event(of, DEADLINE).await
    }

    /// What the phone of `who` makes of the message.
    async fn on_phone(&self, who: &Account, id: &str) -> Value {
        let admin = self.hooked.scene.sandbox.admin();
        admin
            .wait_inbox(&who.pn, |entry| entry["id"] == id, DEADLINE)
            .await
    }

    fn shop(&self) -> &Account {
        &self.hooked.scene.shop
    }

    /// Every answer in the log.
    async fn answers_in_log(&self) -> Vec<Value> {
        let session = &self.hooked.scene.session;
        let path = format!("/events?session={session}&events=event.response&since={BEGINNING}&limit=50");
        let page = self.hooked.scene.gateway.v1().get(&path).await.expect(200);
        page["data"].as_array().cloned().expect("a page of events")
    }

    /// Every answer that the webhook was told of, up to the text with which somebody ends.
    async fn answers_told(&self, end: &str) -> Vec<Value> {
        self.hooked
            .told(HOOK, "message.received", |data| data["body"] == end)
            .await;
        let mut requests = self.hooked.receiver.at(HOOK);
        requests.retain(|request| request["body"]["event"] == "event.response");
        requests
    }
}

fn answer(event: &str, response: &str) -> Value {
    json!({ "event_response": { "event": event, "response": response } })
}

#[tokio::test]
async fn an_answer_is_told_in_both_dialects_and_so_is_its_change() {
    let stage = Stage::start().await;
    let (ada, shop) = (&stage.ada, stage.shop());
    let launch = json!({ "event": {
        "name": "Launch", "description": "with cake", "start": START, "end": START + 3600, "extra_guests": true,
        "location": { "latitude": 52.52, "longitude": 13.405, "name": "Square" },
    } });
    let event = stage.says(ada, &shop.jid(), launch).await;
    let told = stage.logged(&event).await;
    let payload = &told["payload"];
    assert_eq!(
        (&told["event"], &payload["type"], &payload["body"]),
        (&json!("message"), &json!("event"), &json!("Launch"))
    );
    assert_eq!(
        payload["calendarEvent"],
        json!({
            "name": "Launch", "description": "with cake", "startTime": START * 1000,
            "endTime": (START + 3600) * 1000,
            "location": { "latitude": 52.52, "longitude": 13.405, "name": "Square" },
        })
    );

    let mut with_guest = answer(&event, "going");
    with_guest["event_response"]["extra_guests"] = 1.into();
    let going = stage.says(ada, &shop.jid(), with_guest).await;
    let not_going = stage.says(ada, &shop.jid(), answer(&event, "not_going")).await;
    let end = "that is all";
    let last = stage.says(ada, &shop.jid(), json!({ "text": end })).await;
    stage.logged(&last).await;
    let read = stage.on_phone(shop, &going).await;
    assert_eq!(
        (
            &read["type"],
            &read["event"],
            &read["response"],
            &read["extra_guests"]
        ),
        (
            &json!("event_response"),
            &json!(event),
            &json!("going"),
            &json!(1)
        )
    );

    let logged = stage.answers_in_log().await;
    let told = stage.answers_told(end).await;
    assert_eq!((logged.len(), told.len()), (2, 2), "{logged:#?} {told:#?}");
    let (jid, chat) = (ada.jid(), format!("{}@c.us", ada.pn));
    let session = &stage.hooked.scene.session;
    for (at, id, response, guests) in [(0, &going, "going", Some(1)), (1, &not_going, "not_going", None)] {
        let payload = &logged[at]["payload"];
        let mut expected = json!({
            "waMessageId": id, "chatJid": jid, "senderJid": jid, "senderLid": format!("{}@lid", ada.lid),
            "fromMe": false, "type": "event_response", "hasMedia": false, "media": null, "targetId": event,
            "response": response, "eventName": "Launch", "pushName": "Ada", "timestamp": payload["timestamp"],
        });
        let mut data = json!({
            "sessionId": session, "eventMessageId": format!("false_{chat}_{event}"), "chatId": chat,
            "responderId": chat, "fromMe": false, "response": response, "eventName": "Launch",
            "responseMessageId": format!("false_{chat}_{id}"), "contact": { "pushName": "Ada" },
            "timestamp": payload["timestamp"].as_i64().map(|millis| millis / 1000),
        });
        if let Some(guests) = guests {
            expected["extraGuestCount"] = guests.into();
            data["extraGuestCount"] = guests.into();
        }
        assert_eq!(*payload, expected);
        assert_eq!(told[at]["body"]["data"], data);
        let key = string(&told[at]["body"], "idempotencyKey");
        let stem = format!("rsvp_{session}_false_{chat}_{id}_");
        assert!(key.starts_with(&stem), "{key}");
    }

    let path = stage.hooked.scene.path(&format!("/chats/{jid}/messages"));
    let stored = stage.hooked.scene.gateway.v1().get(&path).await.expect(200);
    let kinds: Vec<_> = stored["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["type"])
        .collect();
    assert_eq!(kinds, ["text", "event"], "answers are no messages of the chat");
}

#[tokio::test]
async fn members_of_a_group_answer_by_either_address() {
    let stage = Stage::start().await;
    let admin = stage.hooked.scene.sandbox.admin();
    let bob = admin.account("Bob").await;
    for addressing in ["pn", "lid"] {
        let made = json!({
            "subject": "Club", "participants": [stage.shop().pn, bob.pn], "addressing": addressing,
        });
        let made = admin.phone_group(&stage.ada.pn, made).await;
        let group = string(&made["group"], "jid");
        let walk = json!({ "event": { "name": "Walk", "start": START } });
        let event = stage.says(&stage.ada, &group, walk).await;
        stage.logged(&event).await;
        for who in [&bob, stage.shop()] {
            let invited = stage.on_phone(who, &event).await;
            assert_eq!(
                (&invited["type"], &invited["name"]),
                (&json!("event"), &json!("Walk"))
            );
        }
        let maybe = stage.says(&bob, &group, answer(&event, "maybe")).await;
        let told = stage.logged(&maybe).await;
        let payload = &told["payload"];
        assert_eq!(
            (&told["event"], &payload["response"], &payload["targetId"]),
            (&json!("event.response"), &json!("maybe"), &json!(event)),
            "{addressing}: {told:#}"
        );
        assert_eq!(
            (&payload["chatJid"], &payload["senderJid"]),
            (&json!(group), &json!(bob.jid()))
        );
        let own = stage.says(stage.shop(), &group, answer(&event, "going")).await;
        let told = stage.logged(&own).await;
        assert_eq!(
            (&told["payload"]["response"], &told["payload"]["fromMe"]),
            (&json!("going"), &json!(true))
        );
        let request = stage
            .hooked
            .told(HOOK, "event.response", |data| {
                data["responseMessageId"] == format!("true_{group}_{own}")
            })
            .await;
        assert_eq!(
            request["body"]["data"]["eventMessageId"],
            format!("false_{group}_{event}")
        );
    }
}

#[tokio::test]
async fn an_event_of_another_client_is_answered_from_both_sides() {
    let stage = Stage::start().await;
    let (ada, shop) = (&stage.ada, stage.shop());
    let peer = Baileys::pair(stage.hooked.scene.sandbox.admin(), "Ada", &ada.pn).await;
    let invite = json!({
        "cmd": "invite", "to": shop.jid(), "start": START * 1000,
        "event": { "name": "Launch", "description": "with cake", "extraGuestsAllowed": true },
    });
    let event = peer.send_with(invite).await;
    let told = stage.logged(&event).await;
    assert_eq!(
        told["payload"]["calendarEvent"],
        json!({ "name": "Launch", "description": "with cake", "startTime": START * 1000 })
    );

    stage.on_phone(shop, &event).await;
    let mut with_guests = answer(&event, "going");
    with_guests["event_response"]["extra_guests"] = 2.into();
    let going = stage.says(shop, &ada.jid(), with_guests).await;
    peer.wait_message(|message| message["id"] == going, DEADLINE)
        .await;
    let opened = peer
        .command(json!({ "cmd": "openResponse", "message": going }))
        .await;
    assert_eq!(
        (&opened["response"], &opened["extraGuests"]),
        (&json!("GOING"), &json!(2))
    );
    let told = stage.logged(&going).await["payload"].clone();
    assert_eq!(
        (&told["fromMe"], &told["response"], &told["extraGuestCount"]),
        (&json!(true), &json!("going"), &json!(2))
    );

    let respond = json!({ "cmd": "respond", "message": event, "response": "MAYBE" });
    let maybe = string(&peer.command(respond).await, "id");
    let told = stage.logged(&maybe).await["payload"].clone();
    assert_eq!(
        (&told["fromMe"], &told["response"], &told["eventName"]),
        (&json!(false), &json!("maybe"), &json!("Launch"))
    );
}
