//! Connections: taken while there is room, given so long for the head of a request, and ended when their last answer is out.

use std::net::TcpListener as StdListener;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{interval, sleep, timeout};

use super::Stop;
use super::app::App;

/// How long the head of a request may take, and a connection be silent.
const HEAD: Duration = Duration::from_secs(30);
/// So many connections at once.
const CONNECTIONS: usize = 1024;
/// How often it is asked whether to end.
const ASKED: Duration = Duration::from_millis(25);

/// Serves until it is asked to stop, and then until all that was begun has its answer, for so long as an answer may take.
pub async fn listen(listener: StdListener, router: Router, app: Arc<App>, stop: Stop) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    let (ending, ended) = watch::channel(false);
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    let mut ticks = interval(ASKED);
    loop {
        tokio::select! {
            _ = ticks.tick() => if stop() { break },
            taken = accept(&listener, &room) => match taken {
                Ok((stream, permit)) => {
                    connections.spawn(connection(stream, router.clone(), ended.clone(), permit));
                }
                // A connection that has gone already, or no more files: the next one may be had again.
                Err(error) => {
                    (app.log)(json!({ "event": "not-accepted", "error": error.to_string() }));
                    sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
    app.ready.store(false, Ordering::Relaxed);
    drop(listener);
    (app.log)(json!({ "event": "ending", "connections": connections.len() }));
    let _ = ending.send(true);
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(app.settings.timeout, all).await.is_err() {
        (app.log)(json!({ "event": "cut-off", "error": "connections that had not ended in time were cut off" }));
    }
    Ok(())
}

async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> std::io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let permit = room.clone().acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, permit))
}

async fn connection(
    stream: TcpStream,
    router: Router,
    mut ending: watch::Receiver<bool>,
    _permit: OwnedSemaphorePermit,
) {
    let _ = stream.set_nodelay(true);
    let mut http = http1::Builder::new();
    // Who has said everything may close that half, and still gets the answer.
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).half_close(true);
    let mut serving = std::pin::pin!(http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)));
    let mut told = false;
    loop {
        tokio::select! {
            // What is wrong with a connection has been answered, as far as anybody could be reached.
            _ = serving.as_mut() => return,
            _ = ending.changed(), if !told => {
                told = true;
                serving.as_mut().graceful_shutdown();
            }
        }
    }
}
