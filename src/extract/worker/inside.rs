//! The worker's side: give up every right, say so, read one message, end.

use std::io::{Read, Result, Write};

use crate::extract::letter;
use crate::extract::reader::Reader;
use crate::extract::worker::sandbox::{self, Rights};
use crate::extract::worker::wire::{self, Frame, Hello, Request};
use crate::limits::Limits;
use crate::parse;

/// A request is small; the message after it is bounded by its own limits.
const MOST_REQUEST: usize = 64 * 1024;

/// Serves one request and returns.
///
/// # Errors
/// The pipes broke: the gateway has gone, or has no more use for this worker.
pub fn serve(rights: Rights, requests: &mut dyn Read, answers: &mut dyn Write) -> Result<()> {
    let missing = sandbox::enter(rights);
    // A panic is a gap of the part it happens in; its message may hold content and goes nowhere.
    std::panic::set_hook(Box::new(|_| {}));
    wire::send(answers, &Hello { missing })?;
    let request: Request = wire::receive(requests, MOST_REQUEST)?;
    let raw = wire::receive_octets(requests, request.limits.message.saturating_mul(2))?;
    answer(&raw, request, answers)
}

fn answer(raw: &[u8], request: Request, answers: &mut dyn Write) -> Result<()> {
    let limits: &Limits = &request.limits;
    let message = parse::message(raw, limits);
    let mut budget = request.budget;
    for part in message.parts.iter().skip(request.first) {
        let mut reader = Reader::within(limits, budget);
        if request.ocr {
            reader = reader.with_ocr();
        }
        letter::part(part, None, &mut reader);
        let scans = reader.take_scans();
        let (content, left) = reader.finish();
        budget = left;
        let mut frame = Frame::pack(content, budget.clone());
        frame.announce(&scans);
        wire::send(answers, &frame)?;
        for scan in scans {
            wire::send_octets(answers, &scan.raster.pixels)?;
        }
    }
    Ok(())
}
