//! temporary
pub struct Gramian(pub Vec<Vec<f64>>);
impl Gramian {
    pub fn from_rows(rows: Vec<Vec<f64>>) -> Self {
        Self(rows)
    }
}
pub struct Step<'a> {
    pub step: u64,
    pub epoch: usize,
    pub epochs: usize,
    pub seed: u64,
    pub tasks: &'a [usize],
    pub count: usize,
    pub lambda: &'a [f64],
    pub losses: &'a [f64],
    pub gramian: Option<&'a Gramian>,
    pub jacobian: Option<&'a [Vec<f64>]>,
    pub learning_rate: f64,
}
pub enum Combination {
    Weights(Vec<f64>),
    Direction(Vec<f64>),
}
pub trait BalancerState: Send {
    fn combine(&mut self, step: &Step) -> Combination;
    fn after_step(&mut self, _l: &[f64]) {}
    fn end_epoch(&mut self, _e: usize, _l: &[Option<f64>]) {}
    fn save(&self) -> serde_json::Value {
        serde_json::Value::Null
    }
    fn load(&mut self, _v: &serde_json::Value) -> Result<(), String> {
        Ok(())
    }
}
struct S;
impl BalancerState for S {
    fn combine(&mut self, s: &Step) -> Combination {
        Combination::Weights(s.tasks.iter().map(|t| s.lambda[*t]).collect())
    }
}
pub fn state(_d: &crate::catalog::balancers::BalancerDef, _n: usize) -> Box<dyn BalancerState> {
    Box::new(S)
}
