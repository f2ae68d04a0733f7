//! Codes of columns that are made of others and of tables that are joined.

crate::declare_codes! {
    /// A key stands twice in a table that is joined.
    ///
    /// A row of the first table would belong to two rows of the second, and nothing says to which. Often the key is not the one
    /// that was meant, or the second table has a row per day where one per customer is needed.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") {
    ///   columns { parent: text, y: number }
    ///   join parents: csv("d.csv") on parent as "name" { x: number }
    /// }
    /// input x from d.parents.x -> impute -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// name,parent,x,y
    /// a,b,1,3
    /// b,c,2,1
    /// c,d,3,4
    /// d,e,4,7
    /// e,f,5,5
    /// f,g,6,9
    /// g,h,7,2
    /// h,i,8,6
    /// h,a,9,8
    /// ```
    ///
    /// ```csv good
    /// name,parent,x,y
    /// a,b,1,3
    /// b,c,2,1
    /// c,d,3,4
    /// d,e,4,7
    /// e,f,5,5
    /// f,g,6,9
    /// g,h,7,2
    /// h,i,8,6
    /// i,a,9,8
    /// ```
    pub REPEATED_KEY: "repeated-key", error;

    /// No row has a key that the table which is joined has.
    ///
    /// All its columns would be missing. Most likely the tables have another column in common, or write the key differently.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") {
    ///   columns { parent: text, y: number }
    ///   join parents: csv("d.csv") on parent as "name" { x: number }
    /// }
    /// input x from d.parents.x -> impute -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// name,parent,x,y
    /// a,z1,1,3
    /// b,z2,2,1
    /// c,z3,3,4
    /// d,z4,4,7
    /// e,z5,5,5
    /// f,z6,6,9
    /// g,z7,7,2
    /// h,z8,8,6
    /// i,z9,9,8
    /// ```
    ///
    /// ```csv good
    /// name,parent,x,y
    /// a,b,1,3
    /// b,c,2,1
    /// c,d,3,4
    /// d,e,4,7
    /// e,f,5,5
    /// f,g,6,9
    /// g,h,7,2
    /// h,i,8,6
    /// i,a,9,8
    /// ```
    pub NO_KEY_MATCHES: "no-key-matches", error;

    /// Some rows have a key that the table which is joined does not have.
    ///
    /// They stay, and the columns of that table are missing in them. A row without a key is not counted: that its columns are missing is
    /// no surprise.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") {
    ///   columns { parent: text, y: number }
    ///   join parents: csv("d.csv") on parent as "name" { x: number }
    /// }
    /// input x from d.parents.x -> impute -> standardize
    /// task y: regression from x { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// name,parent,x,y
    /// a,b,1,3
    /// b,c,2,1
    /// c,d,3,4
    /// d,e,4,7
    /// e,f,5,5
    /// f,g,6,9
    /// g,h,7,2
    /// h,i,8,6
    /// i,z,9,8
    /// ```
    ///
    /// ```csv good
    /// name,parent,x,y
    /// a,b,1,3
    /// b,c,2,1
    /// c,d,3,4
    /// d,e,4,7
    /// e,f,5,5
    /// f,g,6,9
    /// g,h,7,2
    /// h,i,8,6
    /// i,a,9,8
    /// ```
    pub UNMATCHED_KEY: "unmatched-key", warn;

    /// A column that is made of others has no value in a row, though all that it is made of has one.
    ///
    /// A division by zero, the logarithm of a number that is not above 0, a number that is too large. Such a value is missing. If that is
    /// meant, say so: `rate: number = if n == 0 then missing else x / n`.
    ///
    /// ```mtl good
    /// use std.tasks.{regression}
    /// data d: csv("d.csv") { columns { x: number, n: number, y: number, rate: number = x / n } }
    /// input rate from d.rate -> impute -> standardize
    /// task y: regression from rate { label: d.y }
    /// ```
    ///
    /// ```csv bad
    /// x,n,y
    /// 1,2,3
    /// 2,0,1
    /// 3,4,4
    /// 4,5,7
    /// 5,3,5
    /// 6,6,9
    /// 7,1,2
    /// 8,7,6
    /// 9,9,8
    /// ```
    ///
    /// ```csv good
    /// x,n,y
    /// 1,2,3
    /// 2,8,1
    /// 3,4,4
    /// 4,5,7
    /// 5,3,5
    /// 6,6,9
    /// 7,1,2
    /// 8,7,6
    /// 9,19,8
    /// ```
    pub UNDEFINED_VALUE: "undefined-value", warn;
}
